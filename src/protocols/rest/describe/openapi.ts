import type { JsonObject } from "../../../base/json.ts";
import type { ApiPlan, VersionPlan } from "../../../plan/api-plan.ts";

/** What a description is made from. */
export interface DescribeOptions {
  readonly plan: ApiPlan;
  readonly version: VersionPlan;
  /** Base addresses of the version, the usual one first: `/api/v1`. */
  readonly servers: readonly string[];
}

/** Describes one version of an API: OpenAPI 3.1.1. The same plan gives the same text. */
export function describeOpenApi(_options: DescribeOptions): JsonObject {
  return {};
}
