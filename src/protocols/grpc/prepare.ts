import type { Exchange } from "../../net/exchange.ts";
import type { PreparedProtocol } from "../http/protocol.ts";
import { healthFile } from "./health/health-proto.ts";
import { buildVersions } from "./model/build.ts";
import type { ProtoFile } from "./model/proto-file.ts";
import type { GrpcMountOptions } from "./mount.ts";
import { isCall } from "./rpc/is-call.ts";

/** Its calls can be told by the head of a request alone. */
export interface PreparedGrpc extends PreparedProtocol {
  takes(exchange: Pick<Exchange, "request">): boolean;
}

/**
 * gRPC, ready to be mounted: `blog.v1.UserService` and so on for all versions, and health. Throws a DefinitionError for what no .proto
 * can say.
 */
export function prepareGrpc(options: Omit<GrpcMountOptions, "models">): PreparedGrpc {
  const { plan, invoker, lock } = options;
  const models = buildVersions(
    plan,
    lock.packages,
    (contract) => invoker.invocation(contract.plan.operation) !== null,
  );
  const paths = new Set([...models.map(({ file }) => file), healthFile].flatMap(pathsOf));
  return {
    takes: ({ request }) => isCall(request, paths),
    load: async () => (await import("./mount.ts")).mountGrpc({ ...options, models }),
  };
}

function pathsOf({ services }: ProtoFile): readonly string[] {
  return services.flatMap(({ fullName, methods }) => methods.map(({ name }) => `/${fullName}/${name}`));
}
