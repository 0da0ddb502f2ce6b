import { CacheFreshness } from "../invoke/cache-freshness.ts";
import type { Invoker } from "../invoke/invoker.ts";
import { keepChangesMs } from "../invoke/watch/watches.ts";
import type { Listener } from "../net/index.ts";
import { newRequestId } from "../observe/request-id.ts";
import { inProcessSource } from "./in-process.ts";
import { toOrigin } from "./options.ts";
import type { RunningServer } from "./server.ts";
import type { ServerParts, ServerState } from "./server-parts.ts";
import { trimChanges } from "./trim-changes.ts";
import { trimReplies } from "./trim-replies.ts";

/** Milliseconds that peers have for a request that they are about to send, when others go on. Clients close what is idle in about as long. */
const patienceMs = 2_000;

type CloseHow = "handOver" | "drain" | "now";

/** What a server is to whoever has it, once it listens. */
export function runningServer(
  parts: ServerParts,
  invoker: Invoker,
  listener: Listener,
  state: ServerState,
): RunningServer {
  const close = closer(parts, invoker, listener, state);
  let closing: Promise<void> | null = null;
  let isHandingOver = false;
  return {
    origins: listener.addresses.map(toOrigin),
    ports: listener.addresses.map((address) => ("port" in address ? address.port : 0)),
    plan: parts.plan,
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

/** Begins what a server does by itself, and answers what ends it: first what brings more to do, the store and the log last. */
function closer(
  parts: ServerParts,
  invoker: Invoker,
  listener: Listener,
  state: ServerState,
): (how: CloseHow) => Promise<void> {
  const { plan, options, logging, store } = parts;
  const freshness = keepFresh(parts);
  const trimming = [trimReplies(store, logging.log), trimChanges(store, keepChangesMs(plan), logging.log)];
  return async (how) => {
    state.draining = true;
    for (const protocol of state.protocols) protocol.drain(how === "handOver");
    invoker.watches?.close();
    state.rest?.streams.drain();
    for (const each of trimming) each?.stop();
    const timeout = options.drainTimeout ?? 10_000;
    if (how !== "now") await listener.drain(timeout, how === "drain" ? 0 : Math.min(patienceMs, timeout / 2));
    await listener.close();
    freshness?.close();
    await parts.bus?.end();
    await store?.close();
    logging.close();
  };
}

/** Looks after the cache where others write to the same database; null where they all tell this process. */
function keepFresh({ plan, cache, store, logging }: ServerParts): CacheFreshness | null {
  const touches = store?.changes?.touches ?? null;
  if (cache === null || touches === null) return null;
  const failed = (thrown: unknown): void => logging.log.warn("cache_not_believed", { err: thrown });
  return new CacheFreshness({ cache, touches, plan, failed });
}
