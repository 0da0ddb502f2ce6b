import type { ApiError } from "../../errors/api-error.ts";
import type { Invoker } from "../../invoke/invoker.ts";
import type { RequestObserver } from "../../observe/request-record.ts";
import type { RequestSeries, SeriesLabels } from "../../observe/request-series.ts";
import type { ApiPlan, VersionPlan } from "../../plan/api-plan.ts";
import type { CorsOptions } from "../http/cors.ts";
import { buildVersion, packageOf } from "./model/build.ts";
import { Numbering, type PackageLock } from "./model/numbering.ts";
import type { ProtoFile } from "./model/proto-file.ts";
import { MessageTypes } from "./model/shapes.ts";
import { toRpcMethod } from "./operation-methods.ts";
import type { RpcMethod } from "./rpc/method.ts";
import { RpcServer } from "./rpc/server.ts";

/** What gRPC is mounted with. */
export interface GrpcMountOptions {
  readonly plan: ApiPlan;
  readonly invoker: Invoker;
  readonly cors: CorsOptions | null;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
  readonly observer: RequestObserver | null;
  readonly series: (labels: SeriesLabels) => RequestSeries;
  /** Bytes of one message, after inflating. */
  readonly messageBytes: number;
  /** The committed numbers, by package. */
  readonly lock: Readonly<Record<string, PackageLock>>;
}

/** Services of an API, and what they are described by. */
export interface MountedServices {
  readonly files: readonly ProtoFile[];
  readonly methods: readonly RpcMethod[];
}

/** Mounts all versions of an API: `blog.v1.UserService` and so on. */
export function mountGrpc(options: GrpcMountOptions): RpcServer {
  const { plan, cors, toApiError, observer, messageBytes } = options;
  const mounted = plan.versions.map((version) => mountVersion(version, options));
  return new RpcServer({
    methods: mounted.flatMap(({ methods }) => methods),
    messageBytes,
    domain: plan.api.name,
    cors,
    toApiError,
    observer,
  });
}

function mountVersion(
  version: VersionPlan,
  { plan, invoker, lock, series }: GrpcMountOptions,
): MountedServices {
  const numbering = new Numbering(lock[packageOf(plan, version)] ?? null);
  const { file, operations } = buildVersion(
    plan,
    version,
    numbering,
    (contract) => invoker.invocation(contract.plan.operation) !== null,
  );
  const types = new MessageTypes();
  const methods = operations.flatMap((model) => {
    const { plan: operation } = model.contract;
    const invocation = invoker.invocation(operation.operation);
    if (invocation === null) return [];
    const labels = { protocol: "grpc", operation: operation.id, version: version.name };
    return [toRpcMethod({ model, invocation, services: invoker.services, types, series: series(labels) })];
  });
  return { files: [file], methods };
}
