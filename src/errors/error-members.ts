import type { JsonObject } from "../base/json.ts";
import type { ApiError } from "./api-error.ts";

/** What an error has to say beside its code and message, as every protocol with JSON tells it; what it has not is left out. */
export function errorMembers({ details, violations, retryAfter, id }: ApiError): JsonObject {
  return {
    ...(details === null ? {} : { details }),
    ...(violations === null ? {} : { violations: violations.map((each) => ({ ...each })) }),
    ...(retryAfter === null ? {} : { retryAfter }),
    ...(id === null ? {} : { id }),
  };
}
