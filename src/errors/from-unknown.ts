import { ApiError } from "./api-error.ts";
import { frameworkErrors } from "./codes.ts";

/** Told of every unknown throwable: writes it to the log under the id that the answer has. */
export type ReportUnknown = (id: string, thrown: unknown) => void;

/**
 * What was thrown, as an ApiError. An unknown throwable becomes `internal`: the caller gets an id, and only the log gets
 * the rest.
 */
export function fromUnknown(thrown: unknown, makeId: () => string, report: ReportUnknown): ApiError {
  if (thrown instanceof ApiError) {
    // One of the server's own kinds may carry a cause that only the log should see.
    if (thrown.http >= 500 && thrown.cause !== undefined) report(thrown.id ?? makeId(), thrown);
    return thrown;
  }
  const id = makeId();
  report(id, thrown);
  const { kind, http, message } = frameworkErrors.INTERNAL;
  return new ApiError("INTERNAL", kind, message, { http, cause: thrown }, id);
}
