import { encodeSendable } from "./http2/sendable-fields.ts";

/**
 * Fields that follow the content of an answer (RFC 9110 §6.5). Those that never change are made once at start; others are
 * made for their answer. `[name, value, ...]`, names in lower case.
 */
export class Trailers {
  readonly fields: readonly string[];
  #http2: Uint8Array | null;

  constructor(fields: readonly string[]) {
    this.fields = fields;
    this.#http2 = null;
  }

  /** As HTTP/2 has them, encoded at first use. Throws a TypeError for fields that cannot be sent. */
  get http2(): Uint8Array {
    this.#http2 ??= encodeSendable(this.fields);
    return this.#http2;
  }
}
