import { GraphQLError } from "graphql";
import { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { type ErrorPlace, type GraphqlError, toGraphqlError } from "../error.ts";

/** Turns what was thrown into what callers may know, and tells the log of the rest. */
export type ToApiError = (thrown: unknown) => ApiError;

/** An error of `graphql`'s executor in our terms. What a field's resolver throws is an ApiError already. */
export function toResultError(error: GraphQLError, toApiError: ToApiError): GraphqlError {
  return toGraphqlError(causeOf(error, toApiError), placeOf(error));
}

function causeOf({ message, originalError }: GraphQLError, toApiError: ToApiError): ApiError {
  if (originalError instanceof ApiError) return originalError;
  // Arguments that cannot be coerced: the message is about what the caller sent.
  if (originalError === undefined || originalError instanceof GraphQLError)
    return frameworkError("INVALID_INPUT", message);
  return toApiError(originalError);
}

function placeOf({ locations, path }: GraphQLError): ErrorPlace {
  return {
    ...(locations === undefined
      ? {}
      : { locations: locations.map(({ line, column }) => ({ line, column })) }),
    ...(path === undefined ? {} : { path }),
  };
}
