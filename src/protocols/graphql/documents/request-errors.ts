import type { JsonObject } from "../../../base/json.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import { type FrameworkCode, frameworkError } from "../../../errors/codes.ts";
import { type GraphqlError, type SourceLocation, toGraphqlError } from "../error.ts";

/** Something that is wrong with a document, and where. */
export interface Finding {
  readonly message: string;
  readonly locations?: readonly SourceLocation[] | undefined;
}

/** A request that is not executed (GraphQL, September 2025, §7.1.2 "Request Errors"): its response has no `data`. */
export class RequestErrors extends Error {
  readonly errors: readonly GraphqlError[];
  /** HTTP status, for clients that take `application/graphql-response+json`. */
  readonly status: number;

  constructor(errors: readonly GraphqlError[], status: number) {
    super(errors[0]?.message);
    this.name = "RequestErrors";
    this.errors = errors;
    this.status = status;
  }

  /** One error of the whole request. */
  static of(error: ApiError): RequestErrors {
    return new RequestErrors([toGraphqlError(error, {})], error.http);
  }

  /** What is wrong with a document, as graphql's parser and validation tell it. */
  static found(code: FrameworkCode, found: readonly Finding[]): RequestErrors {
    const errors = found.map((each) =>
      toGraphqlError(
        frameworkError(code, each.message),
        each.locations === undefined
          ? {}
          : { locations: each.locations.map(({ line, column }) => ({ line, column })) },
      ),
    );
    return new RequestErrors(errors, frameworkError(code).http);
  }
}

/** What a request failed by, before it was executed, as entries of `errors`. */
export function errorsOf(
  thrown: unknown,
  toApiError: (thrown: unknown) => ApiError,
): readonly GraphqlError[] {
  return thrown instanceof RequestErrors ? thrown.errors : [toGraphqlError(toApiError(thrown), {})];
}

/** A document that has more of something than a limit allows. `max` is null where only the machine sets one; so is `actual` where counting ended there. */
export function tooComplex(limit: string, max: number | null, actual: number | null = null): RequestErrors {
  const details: JsonObject = {
    limit,
    ...(max === null ? {} : { max }),
    ...(actual === null ? {} : { actual }),
  };
  const allowed = max === null ? "it is too deep to be read" : `at most ${max} are allowed here`;
  const has = actual === null ? "" : `, and the document has ${actual}`;
  return RequestErrors.of(frameworkError("DOCUMENT_TOO_COMPLEX", `${limit}: ${allowed}${has}`, { details }));
}
