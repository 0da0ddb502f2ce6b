import type { JsonObject } from "../../../base/json.ts";
import type { Components } from "../../http/describe/components.ts";
import { errorMemberSchemas } from "../../http/describe/error-members.ts";

/** `{"error":{...}}`: what errors look like by default. */
export function errorComponent(components: Components): JsonObject {
  return components.refer("schemas", "error", "Error", () => ({
    type: "object",
    properties: {
      error: {
        type: "object",
        properties: {
          code: { type: "string", description: "What went wrong, for programs. See `/errors/{code}`." },
          message: { type: "string", description: "What went wrong, for people." },
          ...errorMemberSchemas(components),
        },
        required: ["code", "message"],
      },
    },
    required: ["error"],
  }));
}

/** RFC 9457: what errors look like for callers that accept `application/problem+json`. */
export function problemComponent(components: Components): JsonObject {
  return components.refer("schemas", "problem", "ProblemDetails", () => ({
    type: "object",
    description: "Problem Details (RFC 9457).",
    properties: {
      type: { type: "string", format: "uri-reference", description: "The page of this sort of error." },
      title: { type: "string", description: "The sort of error, for people." },
      status: { type: "integer", minimum: 400, maximum: 599 },
      detail: { type: "string", description: "What went wrong this time, for people." },
      instance: { type: "string", format: "uri-reference", description: "The address that was asked for." },
      code: { type: "string", description: "What went wrong, for programs." },
      ...errorMemberSchemas(components),
    },
    required: ["type", "title", "status", "detail", "code"],
  }));
}
