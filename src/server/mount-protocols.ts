import type { ApiError } from "../errors/api-error.ts";
import type { Invoker } from "../invoke/invoker.ts";
import type { RequestObserver } from "../observe/request-record.ts";
import { RequestSeries, type SeriesLabels } from "../observe/request-series.ts";
import { prepareGraphql } from "../protocols/graphql/prepare.ts";
import { readProtos } from "../protocols/grpc/binding/read-protos.ts";
import { readLock } from "../protocols/grpc/lock/read-lock.ts";
import { prepareGrpc } from "../protocols/grpc/prepare.ts";
import type { PreparedProtocol, Protocol } from "../protocols/http/protocol.ts";
import { RestMount } from "../protocols/rest/mount.ts";
import { WebSocketMount } from "../protocols/websocket/mount.ts";
import { DeferredProtocol, type Refuse } from "./deferred-protocol.ts";
import { refuser } from "./dispatch.ts";
import type { ServeOptions } from "./options.ts";
import { answers } from "./probes.ts";
import type { ServerParts } from "./server-parts.ts";
import { StartError } from "./start-error.ts";

/** Bytes of an RPC's message where nothing else is stated: what other servers of gRPC take. */
const rpcMessageBytes = 4 * 1024 * 1024;

/** How requests are seen, and what is made of what goes wrong in them. */
export interface Observation {
  readonly observer: RequestObserver | null;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
}

/** The protocols of a server. */
export interface MountedProtocols {
  readonly rest: RestMount;
  readonly sockets: WebSocketMount;
  readonly grpc: PreparedProtocol;
  /** All but REST, which takes what is left, in the order in which they are asked. */
  readonly others: readonly Protocol[];
}

/** What protocols have in common. */
type Shared = Omit<Parameters<typeof prepareGraphql>[0], "options">;

/** Prepares all protocols, and loads what every server has. Throws where the definition, or a file that it names, cannot be served. */
export async function mountProtocols(
  parts: ServerParts,
  invoker: Invoker,
  observation: Observation,
): Promise<MountedProtocols> {
  const { plan, options, store, metrics } = parts;
  const series = (labels: SeriesLabels): RequestSeries =>
    metrics?.series(labels) ?? new RequestSeries(labels);
  const shared = { plan, invoker, cors: options.cors ?? null, series, store, ...observation };
  const refuse = refuser(observation);
  const rest = new RestMount(shared);
  const grpc = await prepareRpcs(parts, shared);
  const sockets = new WebSocketMount({ ...shared, bus: parts.bus ?? parts.siblings?.bus ?? null, refuse });
  const graphql = await deferGraphql(shared, options, refuse);
  return { rest, sockets, grpc, others: [sockets, new DeferredProtocol(grpc, refuse), ...graphql] };
}

async function prepareRpcs(
  { plan, options, logging, store }: ServerParts,
  shared: Shared,
): Promise<PreparedProtocol> {
  const lock = readLock(plan.api);
  if (lock.path !== null && !lock.exists)
    logging.log.warn("lock_missing", { path: lock.path, mend: "Run fourfold lock, and commit the file" });
  return prepareGrpc({
    ...shared,
    messageBytes: options.grpc?.messageBytes ?? rpcMessageBytes,
    lock,
    protos: await readProtos(plan.api),
    reflection: options.grpc?.reflection ?? true,
    isReady: () => answers(store),
  });
}

/** Trusted documents are looked at before anybody can ask for them. */
async function deferGraphql(
  shared: Shared,
  { graphql = {} }: ServeOptions,
  refuse: Refuse,
): Promise<readonly Protocol[]> {
  if (graphql === false) return [];
  const deferred = new DeferredProtocol(prepareGraphql({ ...shared, options: graphql }), refuse);
  if (graphql.trustedDocuments !== undefined) {
    await deferred.load().catch((thrown: unknown) => {
      throw new StartError(thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
    });
  }
  return [deferred];
}
