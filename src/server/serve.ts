import type { Api } from "../define/api.ts";
import type { Rooms } from "../define/channel-definition.ts";
import { Invoker } from "../invoke/invoker.ts";
import { ProxyOptionsError, TlsError } from "../net/index.ts";
import { compileApi } from "../plan/compile.ts";
import type { Store } from "../store/store.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { openBus } from "./open-bus.ts";
import { openListener } from "./open-listener.ts";
import { openCache, openLogging, openMetrics, openQuota } from "./open-parts.ts";
import { openStore } from "./open-store.ts";
import { listenAddresses, type ServeOptions } from "./options.ts";
import { runningServer } from "./running-server.ts";
import type { RunningServer, Server } from "./server.ts";
import type { ServerParts, ServerState } from "./server-parts.ts";
import type { Siblings } from "./siblings.ts";
import { StartError, toStartError } from "./start-error.ts";

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
  const parts: ServerParts = {
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
  const state: ServerState = { draining: false, protocols: [], rest: null, sockets: null };
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

function makeInvoker(
  { plan, options, siblings, logging, store, cache, bus }: ServerParts,
  rooms: Rooms,
): Invoker {
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

/** Fills an empty database. The example's first start has something to show. */
async function seed(api: Api, invoker: Invoker, store: Store | null): Promise<void> {
  const { database } = invoker;
  if (api.options.seed === undefined || database === null || store === null) return;
  const resources = (api.options.resources ?? []).filter(({ definition }) => definition.stored);
  // biome-ignore lint/suspicious/noExplicitAny: rows are only counted, whatever their types
  const counts = await Promise.all(resources.map((resource) => database(resource as any).count()));
  if (counts.every((count) => count === 0)) await api.options.seed(database);
}

/** The rooms of a server's channels, which are there once it listens. */
function roomsOf(state: ServerState): Rooms {
  return (channel, ...[parameters]) => {
    if (state.sockets === null) throw new Error("The server has no channels yet");
    return state.sockets.channels.audience(channel, parameters);
  };
}
