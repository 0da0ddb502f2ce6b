import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { ApiPlan } from "../../plan/api-plan.ts";

/** What `API-Version` says, or the default version where it is not there. Throws INVALID_INPUT for no version of the API. */
export function statedVersion({ versions, defaultVersion }: ApiPlan, stated: string | undefined): string {
  if (stated === undefined) return defaultVersion.name;
  const known = versions.map(({ name }) => name);
  if (known.includes(stated)) return stated;
  throw refused(
    "enum",
    `must be one of ${known.join(", ")}`,
    `Send ${known.join(" or ")}, or leave it out for ${defaultVersion.name}`,
  );
}

/**
 * Throws INVALID_INPUT where `API-Version` says another version than the path: one of the two is a mistake, and whoever answered by the other
 * would hide it.
 */
export function assertSameVersion(ofPath: string, stated: string | undefined): void {
  if (stated === undefined || stated === ofPath) return;
  throw refused(
    "const",
    `must be ${ofPath}, as the path says`,
    "Leave it out, or ask at the address of the version that it says",
  );
}

function refused(rule: string, message: string, mend: string): ApiError {
  return frameworkError("INVALID_INPUT", `API-Version: ${message}`, {
    violations: [{ path: "API-Version", rule, message, mend }],
  });
}
