import type { VersionPlan } from "../../plan/api-plan.ts";
import type { OperationContract } from "../../plan/operation-contract.ts";

/** Fields that keep browsers from guessing and framing. */
export const security: readonly string[] = [
  "x-content-type-options",
  "nosniff",
  "content-security-policy",
  "default-src 'none'; frame-ancestors 'none'",
];

/** `Deprecation` (RFC 9745), `Sunset` (RFC 8594) and `Link` of a version that is on its way out. */
export function versionFields({ deprecated, sunset, link }: VersionPlan): readonly string[] {
  const fields: string[] = [];
  if (deprecated !== null) fields.push("deprecation", `@${Math.floor(deprecated / 1000)}`);
  if (sunset !== null) fields.push("sunset", new Date(sunset).toUTCString());
  if (link !== null && deprecated !== null) fields.push("link", `<${link}>; rel="deprecation"`);
  else if (link !== null && sunset !== null) fields.push("link", `<${link}>; rel="sunset"`);
  return fields;
}

/** `Cache-Control` of an operation's answers. */
export function cacheControlOf({ plan: { cache, operation } }: OperationContract): string {
  if (operation.sort !== "query") return "no-store";
  // Kept, but asked for again each time: an ETag makes that cheap.
  if (cache === null) return "private, no-cache";
  return `${cache.public ? "public" : "private"}, max-age=${Math.floor(cache.maxAge / 1000)}`;
}
