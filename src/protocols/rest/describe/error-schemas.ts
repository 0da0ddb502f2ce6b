import type { JsonObject } from "../../../base/json.ts";
import type { Components } from "./components.ts";

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
          ...extras(components),
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
      ...extras(components),
    },
    required: ["type", "title", "status", "detail", "code"],
  }));
}

function extras(components: Components): JsonObject {
  return {
    details: { type: "object", description: "Further facts; which ones depends on the code." },
    violations: { type: "array", items: violationComponent(components) },
    retryAfter: { type: "number", minimum: 0, description: "Seconds until a retry may succeed." },
    id: { type: "string", description: "Names this failure in the server's log." },
  };
}

function violationComponent(components: Components): JsonObject {
  return components.refer("schemas", "violation", "Violation", () => ({
    type: "object",
    description: "One rule that the input breaks.",
    properties: {
      path: { type: "string", description: "Where: `email`, `address.city`, `tags[2]`." },
      rule: { type: "string", description: "The rule: `required`, `type`, `minLength`, `format`..." },
      message: { type: "string", description: "What is wrong, for people." },
      mend: { type: "string", description: "What to do about it, for people." },
    },
    required: ["path", "rule", "message", "mend"],
  }));
}
