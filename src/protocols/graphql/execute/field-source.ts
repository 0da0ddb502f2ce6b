import type { Credentials } from "../../../define/caller.ts";
import type { CallSource } from "../../../invoke/call.ts";

/**
 * What one field of several in a mutation comes by: the document's idempotency key stands for all of them, so that each has the key
 * under its own name in the response.
 */
export class FieldSource implements CallSource {
  readonly idempotencyKey: string;
  readonly #document: CallSource;

  constructor(document: CallSource, key: string, name: string) {
    this.#document = document;
    this.idempotencyKey = `${key}/${name}`;
  }

  get signal(): AbortSignal {
    return this.#document.signal;
  }

  get requestId(): string {
    return this.#document.requestId;
  }

  get traceparent(): string {
    return this.#document.traceparent;
  }

  get timeout(): number {
    return this.#document.timeout;
  }

  get credentials(): Credentials {
    return this.#document.credentials;
  }

  setField(name: string, value: string): void {
    this.#document.setField(name, value);
  }
}

/** What a root field's call comes by. `isOnly`: the operation selects just this field. */
export function sourceOf(document: CallSource, name: string, isOnly: boolean): CallSource {
  const { idempotencyKey } = document;
  return idempotencyKey === null || isOnly ? document : new FieldSource(document, idempotencyKey, name);
}
