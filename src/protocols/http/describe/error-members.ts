import type { JsonObject } from "../../../base/json.ts";
import type { Components } from "./components.ts";

/** What an error has beside its code and message, on every protocol with JSON. */
export function errorMemberSchemas(components: Components): JsonObject {
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
