import type { ApiError } from "../../errors/api-error.ts";
import type { Invoker } from "../../invoke/invoker.ts";
import type { RequestObserver } from "../../observe/request-record.ts";
import type { RequestSeries, SeriesLabels } from "../../observe/request-series.ts";
import type { ApiPlan } from "../../plan/api-plan.ts";
import type { CorsOptions } from "../http/cors.ts";
import type { BoundProto } from "./binding/bind-protos.ts";
import { boundMethods } from "./binding/bound-methods.ts";
import { Health, type Readiness } from "./health/health.ts";
import { healthMethods } from "./health/health-methods.ts";
import { healthFile } from "./health/health-proto.ts";
import type { LockFile } from "./lock/lock-file.ts";
import type { VersionModel } from "./model/build.ts";
import { MessageTypes } from "./model/shapes.ts";
import { toRpcMethod } from "./operation-methods.ts";
import { admission, type ReflectionAccess } from "./reflection/admission.ts";
import { reflectionMethods } from "./reflection/reflection-methods.ts";
import { reflectionProto } from "./reflection/reflection-proto.ts";
import { reflectionVersions } from "./reflection/versions.ts";
import type { RpcMethod } from "./rpc/method.ts";
import { RpcServer } from "./rpc/server.ts";

/** What gRPC is mounted with. */
export interface GrpcMountOptions {
  readonly plan: ApiPlan;
  readonly models: readonly VersionModel[];
  /** The .proto files that the API binds. */
  readonly bound: readonly BoundProto[];
  readonly invoker: Invoker;
  readonly cors: CorsOptions | null;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
  readonly observer: RequestObserver | null;
  readonly series: (labels: SeriesLabels) => RequestSeries;
  /** Bytes of one message, after inflating. */
  readonly messageBytes: number;
  /** Whence the numbers of fields and values. */
  readonly lock: LockFile;
  readonly reflection: ReflectionAccess;
  /** Whether the server can answer: what its health says. */
  readonly isReady: Readiness;
}

/** Mounts all versions of an API. */
export function mountGrpc(options: GrpcMountOptions): RpcServer {
  const { plan, models, bound, cors, toApiError, observer, messageBytes, isReady } = options;
  const methods = [
    ...models.flatMap((model) => mountVersion(model, options)),
    ...bound.flatMap((proto) => boundMethods(proto, options)),
  ];
  const health = new Health([...new Set(methods.map(({ service }) => service))], isReady);
  return new RpcServer({
    methods: [...methods, ...healthMethods(health), ...mountReflection(options)],
    whenStopping: (othersGoOn) => health.drain(othersGoOn),
    messageBytes,
    domain: plan.api.name,
    cors,
    toApiError,
    observer,
  });
}

function mountReflection({ plan, models, bound, reflection }: GrpcMountOptions): readonly RpcMethod[] {
  if (reflection === false) return [];
  const protos = reflectionVersions.map(reflectionProto);
  const served = [...models, ...bound, { file: healthFile }, ...protos].map(({ file }) => file);
  const imports = bound.flatMap((proto) => proto.imports);
  return reflectionMethods({
    protos,
    index: async () => (await import("./reflection/index-files.ts")).indexFiles(served, imports),
    admit: admission(reflection, plan.api.options.authenticate),
  });
}

function mountVersion(
  { version, operations }: VersionModel,
  { invoker, series }: GrpcMountOptions,
): readonly RpcMethod[] {
  const types = new MessageTypes();
  return operations.flatMap((model) => {
    const { plan: operation } = model.contract;
    const invocation = invoker.invocation(operation.operation);
    if (invocation === null) return [];
    const labels = { protocol: "grpc", operation: operation.id, version: version.name };
    return [toRpcMethod({ model, invocation, services: invoker.services, types, series: series(labels) })];
  });
}
