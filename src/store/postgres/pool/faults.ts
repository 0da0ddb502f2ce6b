import { DatabaseError } from "pg";
import { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";

/** SQLSTATEs (PostgreSQL, appendix A) after which the server, or this connection to it, is of no use for now. */
const away = /^(08|57P0|53300$|25006$|25P03$|57P05$)/;

/** A connection broke with a statement under way: whether that was carried out is not known. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super("The connection to the database broke", { cause });
    this.name = "ConnectionLost";
  }
}

/** Whether the server says with this error that the connection cannot be used any more. */
export function breaksConnection(error: Error | null): error is DatabaseError {
  if (!(error instanceof DatabaseError)) return false;
  return error.severity === "FATAL" || error.severity === "PANIC" || away.test(error.code ?? "");
}

/** Whether the server has stopped a statement because it was asked to, or because it ran too long. */
export function isCancelled(thrown: unknown): boolean {
  return thrown instanceof DatabaseError && thrown.code === "57014";
}

/** Whether a connection's named statements are not what they were: gone, or there already, as behind a PgBouncer. */
export function losesNames(thrown: unknown): boolean {
  return thrown instanceof DatabaseError && (thrown.code === "26000" || thrown.code === "42P05");
}

/** Whether a named statement was planned for a table that has been changed since. */
export function isStalePlan(thrown: unknown): boolean {
  return (
    thrown instanceof DatabaseError && thrown.code === "0A000" && thrown.routine === "RevalidateCachedQuery"
  );
}

/** Whether a read that failed at a replica may do at the primary: the replica is away, or what was read is changed there now. */
export function mayPrimaryDo(thrown: unknown): boolean {
  if (thrown instanceof DatabaseError) return thrown.code === "40001";
  return thrown instanceof ApiError && (thrown.kind === "unavailable" || isCancelled(thrown.cause));
}

/** What a caller is told. What the server says of the statement itself is left as it is, for the store to read. */
export function toPoolError(thrown: unknown): unknown {
  if (isCancelled(thrown))
    return frameworkError("DEADLINE_EXCEEDED", "The database took too long", { cause: thrown });
  const isAway = thrown instanceof Error && breaksConnection(thrown);
  // Without names, or on a new connection, it can be done: soon.
  const isPassing = losesNames(thrown) || isStalePlan(thrown);
  return isAway || isPassing || thrown instanceof ConnectionLost ? unavailable(thrown) : thrown;
}

/** The database cannot be used now. Its message says nothing of where it is; `cause` does, for the log. */
export function unavailable(cause: unknown, retryAfter = 1): ApiError {
  return frameworkError("UNAVAILABLE", "The database cannot be used now", { retryAfter, cause });
}

/**
 * The same for a caller whose statement was not sent. It has no cause, which would be logged for each of them: the log has said once that the
 * database is away, and why.
 */
export function refused(retryAfter = 1): ApiError {
  return frameworkError("UNAVAILABLE", "The database cannot be used now", { retryAfter });
}

/** There is no connection for a caller soon enough. */
export function exhausted(retryAfter = 1): ApiError {
  return frameworkError("UNAVAILABLE", "The database is busy", { retryAfter });
}
