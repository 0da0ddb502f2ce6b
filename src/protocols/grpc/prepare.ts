import type { PreparedProtocol } from "../http/protocol.ts";
import { bindProtos } from "./binding/bind-protos.ts";
import type { ReadProtos } from "./binding/read-protos.ts";
import { healthFile } from "./health/health-proto.ts";
import { buildVersions, type IsServed } from "./model/build.ts";
import type { ProtoFile } from "./model/proto-file.ts";
import type { GrpcMountOptions } from "./mount.ts";
import { reflectionPath, reflectionVersions } from "./reflection/versions.ts";
import { isCall } from "./rpc/is-call.ts";

/** What gRPC is prepared with. */
export interface PrepareOptions extends Omit<GrpcMountOptions, "models" | "bound"> {
  /** The .proto files that the API binds, as they were read. */
  readonly protos: ReadProtos;
}

/**
 * gRPC, ready to be mounted: `blog.v1.UserService` and so on for all versions, bound .proto files, health and reflection. Throws a DefinitionError for what no .proto
 * can say.
 */
export function prepareGrpc({ protos, ...options }: PrepareOptions): PreparedProtocol {
  const { plan, invoker, lock } = options;
  const { files, mistakes } = protos;
  const isServed: IsServed = (contract) => invoker.invocation(contract.plan.operation) !== null;
  const bound = bindProtos(files, { plan, isServed, mistakes });
  const models = buildVersions(plan, lock.packages, isServed, mistakes);
  const served = [...models.map(({ file }) => file), ...bound.map(({ file }) => file), healthFile];
  const reflection = options.reflection === false ? [] : reflectionVersions.map(reflectionPath);
  const paths = new Set([...served.flatMap(pathsOf), ...reflection]);
  return {
    takes: ({ request }) => isCall(request, paths),
    load: async () => (await import("./mount.ts")).mountGrpc({ ...options, models, bound }),
  };
}

function pathsOf({ services }: ProtoFile): readonly string[] {
  return services.flatMap(({ fullName, methods }) => methods.map(({ name }) => `/${fullName}/${name}`));
}
