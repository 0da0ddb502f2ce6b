import type { JsonObject } from "../../../base/json.ts";
import type { ApiPlan, VersionPlan } from "../../../plan/api-plan.ts";
import { describeInfo, describeTags } from "../../http/describe/info.ts";
import { DescribeScope } from "../../http/describe/scope.ts";
import { restRoutes } from "../routes.ts";
import { describeOperation } from "./operation.ts";
import { OperationIds } from "./operation-id.ts";
import { rowComponent } from "./resource-schemas.ts";

/** What a description is made from. */
export interface DescribeOptions {
  readonly plan: ApiPlan;
  readonly version: VersionPlan;
  /** Base addresses of the version, the usual one first: `/api/v1`. */
  readonly servers: readonly string[];
}

/** Describes one version of an API: OpenAPI 3.1.1. The same plan gives the same text. */
export function describeOpenApi({ plan, version, servers }: DescribeOptions): JsonObject {
  const scope = new DescribeScope(plan, version, rowComponent);
  const paths = describePaths(scope);
  if (plan.api.options.authenticate !== undefined)
    scope.components.refer("securitySchemes", "bearer", "bearer", () => ({ type: "http", scheme: "bearer" }));
  return {
    openapi: "3.1.1",
    info: describeInfo(scope),
    servers: servers.map((url) => ({ url })),
    tags: describeTags(scope),
    paths,
    components: scope.components.toJson(),
  };
}

/** Paths in the order of the definition; the operations at one path stand together. */
function describePaths(scope: DescribeScope): JsonObject {
  const paths = new Map<string, Record<string, JsonObject>>();
  const ids = new OperationIds();
  for (const contract of scope.version.contracts) {
    for (const route of restRoutes(contract)) {
      const item = paths.get(route.template) ?? {};
      paths.set(route.template, item);
      const described = describeOperation(scope, contract, route, ids.take(contract.plan.operation));
      item[route.method.toLowerCase()] = described;
    }
  }
  return Object.fromEntries(paths);
}
