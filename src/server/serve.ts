import type { Cache } from "../cache/cache.ts";
import type { Api } from "../define/api.ts";
import type { Caller } from "../define/caller.ts";
import type { Rooms } from "../define/channel-definition.ts";
import type { Operation } from "../define/definition.ts";
import { fromUnknown } from "../errors/from-unknown.ts";
import { CacheFreshness } from "../invoke/cache-freshness.ts";
import { Invoker } from "../invoke/invoker.ts";
import { keepChangesMs } from "../invoke/watch/watches.ts";
import { type ListenAddress, type Listener, listen, ProxyOptionsError, TlsError } from "../net/index.ts";
import type { Log } from "../observe/log.ts";
import type { Logging } from "../observe/logging.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { MetricsReport } from "../observe/metrics-report.ts";
import { newRequestId } from "../observe/request-id.ts";
import { observeRequests } from "../observe/request-record.ts";
import { RequestSeries, type SeriesLabels } from "../observe/request-series.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import { compileApi } from "../plan/compile.ts";
import { prepareGraphql } from "../protocols/graphql/prepare.ts";
import { readProtos } from "../protocols/grpc/binding/read-protos.ts";
import { readLock } from "../protocols/grpc/lock/read-lock.ts";
import { prepareGrpc } from "../protocols/grpc/prepare.ts";
import { security } from "../protocols/http/fields.ts";
import type { Protocol } from "../protocols/http/protocol.ts";
import { errorContent, problemContent } from "../protocols/rest/error.ts";
import { RestMount } from "../protocols/rest/mount.ts";
import { acceptance } from "../protocols/rest/negotiate.ts";
import { WebSocketMount } from "../protocols/websocket/mount.ts";
import type { Store } from "../store/store.ts";
import { DeferredProtocol, type Refuse } from "./deferred-protocol.ts";
import { dispatcher, refuser } from "./dispatch.ts";
import { mountFiles } from "./files/mount-files.ts";
import type { PageHandler } from "./fixed-page.ts";
import { addChannelGauges, addGauges, addWatchGauges } from "./gauges.ts";
import { inProcessSource } from "./in-process.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { type OpenBus, openBus } from "./open-bus.ts";
import { openCache, openLogging, openMetrics, openQuota } from "./open-parts.ts";
import { openStore } from "./open-store.ts";
import { listenAddresses, type ServeOptions, toOrigin } from "./options.ts";
import { documentPages, errorCodePages, metricsPage } from "./pages.ts";
import { answers, livez, readyz } from "./probes.ts";
import type { Siblings } from "./siblings.ts";
import { StartError, toStartError } from "./start-error.ts";
import { trimChanges } from "./trim-changes.ts";

/** A server that runs. */
export interface Server {
  /** Where it can be reached, the first address first: `http://localhost:8000`. */
  readonly origins: readonly string[];
  readonly plan: ApiPlan;
  /** Calls an operation in this process: the same checks and steps as for everyone. Nobody is signed in, unless `as` says who. */
  call<I, O>(operation: Operation<I, O>, input: I, as?: Caller): Promise<O>;
  /** Those in a room of a channel, in all processes: `server.channel(room, { id: "7" }).send(message)`. */
  readonly channel: Rooms;
  /** Reads the certificates again, which happens by itself when they change; false if they cannot be used (the log says why). */
  reloadTls(): Promise<boolean>;
  /** Takes nothing more, lets what is in flight end, closes the store. At once with `now`. */
  close(how?: "drain" | "now"): Promise<void>;
}

/** A server as whoever runs its process sees it. */
export interface RunningServer extends Server {
  /** The ports that it listens at, in the order of its addresses; 0 for a Unix socket. */
  readonly ports: readonly number[];
  /** As `close("drain")`, where others go on at the same addresses: peers about to ask are answered, and sent there. */
  handOver(): Promise<void>;
  /** Null where metrics are switched off. */
  report(): Promise<MetricsReport | null>;
}

/**
 * Serves an API. Rejects with a DefinitionError that lists every mistake of the definition, or with a StartError that says
 * in one line what stands in the way.
 */
export function serve(api: Api, options: ServeOptions = {}): Promise<Server> {
  return startServer(api, options, null);
}

/** As {@link serve}, in one of several processes. */
export async function startServer(
  api: Api,
  options: ServeOptions,
  siblings: Siblings | null,
): Promise<RunningServer> {
  const addresses = listenAddresses(options);
  const plan = compileApi(api);
  const logging = await openLogging(options, plan, siblings !== null);
  const metrics = await openMetrics(options, plan);
  const { store, line } = await openStore({ plan, options, siblings, log: logging.log, metrics });
  const parts: Parts = {
    plan,
    options,
    siblings,
    logging,
    store,
    cache: await openCache(options, plan),
    metrics,
    bus: await openBus({ name: api.name, options, line, log: logging.log, metrics }).catch(async (thrown) => {
      await store?.close();
      throw thrown;
    }),
  };
  const state: State = { draining: false, protocols: [], rest: null, sockets: null };
  const invoker = makeInvoker(parts, roomsOf(state));
  try {
    if (siblings?.seeds !== false)
      await oneAtATime(api.options.seed === undefined ? null : line, () => seed(api, invoker, store));
    const listener = await openListener(parts, invoker, state, addresses);
    return runningServer(parts, invoker, listener, state);
  } catch (thrown) {
    await parts.bus?.end();
    await store?.close();
    if (thrown instanceof TlsError || thrown instanceof ProxyOptionsError)
      throw new StartError(thrown.message, { cause: thrown });
    throw toStartError(thrown, `Cannot listen at ${(options.listen ?? [":8000"]).join(", ")}`);
  }
}

/** What changes while a server runs. */
interface State {
  draining: boolean;
  protocols: readonly Protocol[];
  rest: RestMount | null;
  sockets: WebSocketMount | null;
}

/** Bytes of an RPC's message where nothing else is stated: what other servers of gRPC take. */
const rpcMessageBytes = 4 * 1024 * 1024;

/** What a server is put together from. */
interface Parts {
  readonly plan: ApiPlan;
  readonly options: ServeOptions;
  readonly siblings: Siblings | null;
  readonly logging: Logging;
  readonly store: Store | null;
  readonly cache: Cache | null;
  readonly metrics: Metrics | null;
  /** Between nodes; null where there is nothing that they have in common. */
  readonly bus: OpenBus | null;
}

function makeInvoker({ plan, options, siblings, logging, store, cache, bus }: Parts, rooms: Rooms): Invoker {
  return new Invoker(plan, {
    rooms,
    store,
    cache,
    bus: bus ?? siblings?.bus ?? null,
    workers: siblings?.bus ?? null,
    // PostgreSQL tells of its log itself.
    wakes: bus !== null && options.nats === undefined ? null : (bus ?? siblings?.bus ?? null),
    now: options.now ?? (() => new Date()),
    log: (requestId) => logging.log.child({ request_id: requestId }),
    failed: (thrown) => logging.log.error("changes_not_read", { err: thrown }),
    quota: openQuota(plan, siblings),
    authenticate: plan.api.options.authenticate ?? null,
  });
}

async function openListener(
  parts: Parts,
  invoker: Invoker,
  state: State,
  addresses: readonly ListenAddress[],
): Promise<Listener> {
  const { plan, options, logging, store, metrics } = parts;
  const observer = observeRequests(logging.requests, metrics?.requests ?? null);
  const report = reporter(logging.log);
  const toApiError = (thrown: unknown, requestId: string) => fromUnknown(thrown, () => requestId, report);
  const series = (labels: SeriesLabels) => metrics?.series(labels) ?? new RequestSeries(labels);
  const shared = { plan, invoker, cors: options.cors ?? null, toApiError, observer, series };
  const rest = new RestMount({ ...shared, store });
  const lock = readLock(plan.api);
  if (lock.path !== null && !lock.exists)
    logging.log.warn("lock_missing", { path: lock.path, mend: "Run fourfold lock, and commit the file" });
  const grpc = prepareGrpc({
    ...shared,
    messageBytes: options.grpc?.messageBytes ?? rpcMessageBytes,
    lock,
    protos: await readProtos(plan.api),
    reflection: options.grpc?.reflection ?? true,
    isReady: () => answers(store),
  });
  const refuse = refuser({ observer, toApiError });
  const sockets = new WebSocketMount({ ...shared, bus: parts.bus ?? parts.siblings?.bus ?? null, refuse });
  state.sockets = sockets;
  const protocols = [
    sockets,
    new DeferredProtocol(grpc, refuse),
    ...(await deferGraphql({ ...shared, store }, options, refuse)),
  ];
  state.protocols = protocols;
  state.rest = rest;
  const pages = new Map<string, PageHandler>([
    ...documentPages(plan),
    ["/livez", livez],
    ["/readyz", readyz(state, store)],
  ]);
  if (metrics !== null) pages.set("/metrics", metricsPage(metrics, parts.siblings));
  if (plan.api.options.pages !== undefined) mountFiles(plan.api.options.pages, { pages, protocols, rest });
  let errors: ReturnType<typeof errorCodePages> | null = null;
  const errorPages = (): ReturnType<typeof errorCodePages> => {
    errors ??= errorCodePages(plan);
    return errors;
  };
  const listener = await listen({
    addresses,
    boundsContent: (request) => grpc.takes({ request }),
    handler: dispatcher({ rest, protocols, pages, errorPages, observer, toApiError }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
    ...(options.proxyProtocol === undefined ? {} : { proxyProtocol: options.proxyProtocol }),
    ...(options.forwarded === undefined ? {} : { forwarded: options.forwarded }),
    onTlsReload: (error) => {
      if (error === null) logging.log.info("tls_reloaded");
      else logging.log.error("tls_reload_failed", { reason: error.message });
    },
    renderError: (error, request) => {
      const wantsProblem = request !== null && acceptance(request.header("accept")).problem;
      const { contentType, body } = wantsProblem ? problemContent(error, null) : errorContent(error);
      return { fields: ["content-type", contentType, "cache-control", "no-store", ...security], body };
    },
    onRejected: (error, connection) =>
      logging.log.info("request_rejected", {
        code: error.code,
        reason: error.message,
        peer: connection.remoteAddress,
      }),
  });
  if (metrics !== null) addGauges(metrics, listener, parts.cache);
  if (metrics !== null && invoker.watches !== null) addWatchGauges(metrics, invoker.watches);
  if (metrics !== null && plan.channels.length > 0) addChannelGauges(metrics, sockets.channels.all);
  return listener;
}

/** Trusted documents are looked at before anybody can ask for them. */
async function deferGraphql(
  shared: Omit<Parameters<typeof prepareGraphql>[0], "options">,
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

function reporter(log: Log): (id: string, thrown: unknown) => void {
  return (id, thrown) => log.error("unexpected_error", { error_id: id, err: thrown });
}

/** Fills an empty database. The example's first start has something to show. */
async function seed(api: Api, invoker: Invoker, store: Store | null): Promise<void> {
  const { database } = invoker;
  if (api.options.seed === undefined || database === null || store === null) return;
  const resources = (api.options.resources ?? []).filter(({ definition }) => definition.stored);
  // biome-ignore lint/suspicious/noExplicitAny: rows are only counted, whatever their types
  const counts = await Promise.all(resources.map((resource) => database(resource as any).count()));
  if (counts.every((count) => count === 0)) await api.options.seed(database);
}

function runningServer(parts: Parts, invoker: Invoker, listener: Listener, state: State): RunningServer {
  const { plan, options, logging, store } = parts;
  const trim = setInterval(() => void trimReplies(store, logging.log), replyHours * 3_600_000).unref();
  const freshness = keepFresh(parts);
  const trimming = trimChanges(store, keepChangesMs(plan), logging.log);
  let closing: Promise<void> | null = null;
  let isHandingOver = false;
  const close = async (how: "handOver" | "drain" | "now"): Promise<void> => {
    state.draining = true;
    for (const protocol of state.protocols) protocol.drain(how === "handOver");
    invoker.watches?.close();
    state.rest?.streams.drain();
    clearInterval(trim);
    trimming?.stop();
    const timeout = options.drainTimeout ?? 10_000;
    if (how !== "now") await listener.drain(timeout, how === "drain" ? 0 : Math.min(patienceMs, timeout / 2));
    await listener.close();
    freshness?.close();
    await parts.bus?.end();
    await store?.close();
    logging.close();
  };
  return {
    origins: listener.addresses.map(toOrigin),
    ports: listener.addresses.map((address) => ("port" in address ? address.port : 0)),
    plan,
    call: (operation, input, as) =>
      invoker.call(operation, input, inProcessSource(newRequestId()), as ?? null),
    channel: invoker.services.rooms,
    reloadTls: () => listener.reloadTls(),
    close: (how = "drain") => {
      if (closing === null || isHandingOver || how === "now") closing = close(how);
      isHandingOver = false;
      return closing;
    },
    handOver: () => {
      isHandingOver ||= closing === null;
      closing ??= close("handOver");
      return closing;
    },
    report: async () => (await parts.metrics?.report()) ?? null,
  };
}

/** Looks after the cache where others write to the same database; null where they all tell this process. */
function keepFresh({ plan, cache, store, logging }: Parts): CacheFreshness | null {
  const touches = store?.changes?.touches ?? null;
  if (cache === null || touches === null) return null;
  const failed = (thrown: unknown): void => logging.log.warn("cache_not_believed", { err: thrown });
  return new CacheFreshness({ cache, touches, plan, failed });
}

/** The rooms of a server's channels, which are there once it listens. */
function roomsOf(state: State): Rooms {
  return (channel, ...[parameters]) => {
    if (state.sockets === null) throw new Error("The server has no channels yet");
    return state.sockets.channels.audience(channel, parameters);
  };
}

/** Milliseconds that peers have for a request that they are about to send, when others go on. Clients close what is idle in about as long. */
const patienceMs = 2_000;

/** Answers under idempotency keys are kept for a day, and looked through each hour. */
const replyHours = 1;
const repliesKeptMs = 24 * 3_600_000;

async function trimReplies(store: Store | null, log: Log): Promise<void> {
  try {
    await store?.replies.trim(Date.now() - repliesKeptMs);
  } catch (thrown) {
    log.warn("replies_not_trimmed", { err: thrown });
  }
}
