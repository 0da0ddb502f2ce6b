import type { JsonObject } from "../base/json.ts";
import type { Violation } from "../errors/api-error.ts";
import type { AnyErrorDefinition, DetailsOf } from "../errors/error.ts";
import type { ErrorKind } from "../errors/kinds.ts";
import type { JsonOf } from "./json-types.ts";

/** What an error has to say beside its code, kind and message. */
export interface ClientErrorOptions {
  readonly details?: JsonObject | undefined;
  readonly violations?: readonly Violation[] | undefined;
  readonly retryAfter?: number | undefined;
  readonly id?: string | undefined;
  readonly cause?: unknown;
}

/**
 * What a call, a watch or a connection failed with: as the server told it, or of the client's own: `UNAVAILABLE`, `OUTCOME_UNKNOWN`,
 * `DEADLINE_EXCEEDED`, `QUEUE_FULL`, `CLIENT_CLOSED`.
 */
export class ClientError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly details: JsonObject | null;
  /** Each rule that the input breaks: path, rule, message and mend. */
  readonly violations: readonly Violation[] | null;
  /** Seconds until a retry may succeed. */
  readonly retryAfter: number | null;
  /** What the server's log has the error under, where it hides it. */
  readonly id: string | null;

  constructor(code: string, kind: ErrorKind, message: string, options: ClientErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ClientError";
    this.code = code;
    this.kind = kind;
    this.details = options.details ?? null;
    this.violations = options.violations ?? null;
    this.retryAfter = options.retryAfter ?? null;
    this.id = options.id ?? null;
  }
}

/** Whether something that was thrown is this error of the application's: its `details` have their types then, as JSON has them. */
export function isError<E extends AnyErrorDefinition>(
  thrown: unknown,
  { code }: E,
): thrown is ClientError & { readonly details: JsonOf<DetailsOf<E["details"]>> } {
  return thrown instanceof ClientError && thrown.code === code;
}

/** There is no connection. */
export function unavailable(message: string, cause?: unknown): ClientError {
  return new ClientError("UNAVAILABLE", "unavailable", message, { cause });
}
