import { frameworkError } from "../../errors/codes.ts";
import type { ApiPlan } from "../../plan/api-plan.ts";

/** What `API-Version` says, or the default version where it is not there. Throws INVALID_INPUT for no version of the API. */
export function statedVersion({ versions, defaultVersion }: ApiPlan, stated: string | undefined): string {
  if (stated === undefined) return defaultVersion.name;
  const known = versions.map(({ name }) => name);
  if (known.includes(stated)) return stated;
  throw frameworkError("INVALID_INPUT", `API-Version: must be one of ${known.join(", ")}`, {
    violations: [
      {
        path: "API-Version",
        rule: "enum",
        message: `must be one of ${known.join(", ")}`,
        mend: `Send ${known.join(" or ")}, or leave it out for ${defaultVersion.name}`,
      },
    ],
  });
}
