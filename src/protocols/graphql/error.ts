import type { JsonObject } from "../../base/json.ts";
import type { ApiError } from "../../errors/api-error.ts";
import { errorMembers } from "../../errors/error-members.ts";

/** An entry of `errors`, ready to be written as JSON (GraphQL, September 2025, §7.1.2). */
export interface GraphqlError {
  readonly message: string;
  readonly locations?: readonly SourceLocation[];
  /** Names and indexes from the root to the field that failed. */
  readonly path?: readonly (string | number)[];
  /** `code` is the application's or fourfold's own; the rest is what REST says of the same error. */
  readonly extensions: JsonObject;
}

/** Both count from 1. */
export interface SourceLocation {
  readonly line: number;
  readonly column: number;
}

/** Where in document and response an error belongs: all of it left out for an error of the whole request. */
export type ErrorPlace = Pick<GraphqlError, "locations" | "path">;

/** What a call failed by, as GraphQL tells it. */
export function toGraphqlError(error: ApiError, place: ErrorPlace): GraphqlError {
  return {
    message: error.message,
    ...place,
    extensions: { code: error.code, kind: error.kind, ...errorMembers(error) },
  };
}
