import type { PreparedProtocol } from "../http/protocol.ts";
import { buildSchemas } from "./model/build.ts";
import type { GraphqlMountOptions } from "./mount.ts";
import { pagePath } from "./page/page.ts";

/**
 * GraphQL, ready to be mounted: at `/graphql` and `/api/graphql` (the version by `API-Version`) and at `/api/v1/graphql`. Throws a
 * DefinitionError for what no schema can say.
 */
export function prepareGraphql(options: Omit<GraphqlMountOptions, "models" | "paths">): PreparedProtocol {
  const { plan, invoker } = options;
  const models = buildSchemas(plan, ({ plan: { operation } }) => invoker.invocation(operation) !== null);
  const paths = new Map<string, string | null>([
    ["/graphql", null],
    ["/api/graphql", null],
    ...plan.versions.map(({ name }) => [`/api/v${name}/graphql`, name] as const),
  ]);
  return {
    takes: ({ request: { path } }) =>
      (path.endsWith("/graphql") && paths.has(path)) || path.startsWith(pagePath),
    load: async () => (await import("./mount.ts")).mountGraphql({ ...options, models, paths }),
  };
}
