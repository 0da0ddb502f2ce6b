import type { JsonObject } from "../base/json.ts";
import type { Violation } from "../errors/api-error.ts";
import type { AnyErrorDefinition, DetailsOf } from "../errors/error.ts";
import type { ErrorKind } from "../errors/kinds.ts";
import type { JsonOf } from "./json-types.ts";

/** What an error has to say beside its code, kind and message. */
export interface ClientErrorOptions {
  readonly details?: JsonObject;
  readonly violations?: readonly Violation[];
  readonly retryAfter?: number;
  readonly id?: string;
  readonly cause?: unknown;
}

/**
 * What a call, a watch or a connection failed with: as the server told it, or of the client's own: `UNAVAILABLE`, `OUTCOME_UNKNOWN`,
 * `DEADLINE_EXCEEDED`, `QUEUE_FULL`, `CLIENT_CLOSED`.
 */
export class ClientError extends Error {
  declare readonly code: string;
  declare readonly kind: ErrorKind;
  declare readonly details: JsonObject | null;
  /** Each rule that the input breaks: path, rule, message and mend. */
  declare readonly violations: readonly Violation[] | null;
  /** Seconds until a retry may succeed. */
  declare readonly retryAfter: number | null;
  /** What the server's log has the error under, where it hides it. */
  declare readonly id: string | null;

  constructor(code: string, kind: ErrorKind, message: string, options: ClientErrorOptions = {}) {
    super(message, options);
    const none = { details: null, violations: null, retryAfter: null, id: null };
    // One after another they would be a sixth of a kilobyte of the bundle.
    Object.assign(this, { name: "ClientError", code, kind }, none, options);
  }
}

/** Whether something that was thrown is this error of the application's: its `details` have their types then, as JSON has them. */
export function isError<E extends AnyErrorDefinition>(
  thrown: unknown,
  { code }: E,
): thrown is ClientError & { readonly details: JsonOf<DetailsOf<E["details"]>> } {
  return thrown instanceof ClientError && thrown.code === code;
}

/** There is no connection, for now. */
export function unavailable(message = "There is no connection", options?: ErrorOptions): ClientError {
  return new ClientError("UNAVAILABLE", "unavailable", message, options);
}
