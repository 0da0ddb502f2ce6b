import { fromUnknown } from "../errors/from-unknown.ts";
import type { Invoker } from "../invoke/invoker.ts";
import { type ListenAddress, type Listener, type ListenOptions, listen } from "../net/index.ts";
import type { Log } from "../observe/log.ts";
import { observeRequests } from "../observe/request-record.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import { security } from "../protocols/http/fields.ts";
import { errorContent, problemContent } from "../protocols/rest/error.ts";
import { acceptance } from "../protocols/rest/negotiate.ts";
import { dispatcher } from "./dispatch.ts";
import { mountFiles } from "./files/mount-files.ts";
import type { PageHandler } from "./fixed-page.ts";
import { addChannelGauges, addGauges, addWatchGauges } from "./gauges.ts";
import { type MountedProtocols, mountProtocols, type Observation } from "./mount-protocols.ts";
import type { ServeOptions } from "./options.ts";
import { documentPages, errorCodePages, metricsPage } from "./pages.ts";
import { livez, readyz } from "./probes.ts";
import type { ServerParts, ServerState } from "./server-parts.ts";

/** Mounts everything that is served, and listens. `state` has the protocols then. */
export async function openListener(
  parts: ServerParts,
  invoker: Invoker,
  state: ServerState,
  addresses: readonly ListenAddress[],
): Promise<Listener> {
  const { plan, options, logging, metrics } = parts;
  const report = reporter(logging.log);
  const observation: Observation = {
    observer: observeRequests(logging.requests, metrics?.requests ?? null),
    toApiError: (thrown, requestId) => fromUnknown(thrown, () => requestId, report),
  };
  const mounted = await mountProtocols(parts, invoker, observation);
  const { rest, sockets, grpc, others } = mounted;
  state.sockets = sockets;
  state.protocols = others;
  state.rest = rest;
  const pages = mountPages(parts, state, mounted);
  const errorPages = errorPagesOf(plan);
  const listener = await listen({
    addresses,
    boundsContent: (request) => grpc.takes({ request }),
    handler: dispatcher({ rest, protocols: others, pages, errorPages, ...observation }),
    ...wireOptions(options),
    ...told(logging.log),
    renderError,
  });
  addAllGauges(parts, invoker, listener, mounted);
  return listener;
}

function reporter(log: Log): (id: string, thrown: unknown) => void {
  return (id, thrown) => log.error("unexpected_error", { error_id: id, err: thrown });
}

function mountPages(
  { plan, store, metrics, siblings }: ServerParts,
  state: ServerState,
  { rest, others }: MountedProtocols,
): Map<string, PageHandler> {
  const pages = new Map<string, PageHandler>([
    ...documentPages(plan),
    ["/livez", livez],
    ["/readyz", readyz(state, store)],
  ]);
  if (metrics !== null) pages.set("/metrics", metricsPage(metrics, siblings));
  if (plan.api.options.pages !== undefined)
    mountFiles(plan.api.options.pages, { pages, protocols: others, rest });
  return pages;
}

/** The pages of errors, made when one is first asked for. */
function errorPagesOf(plan: ApiPlan): () => ReturnType<typeof errorCodePages> {
  let made: ReturnType<typeof errorCodePages> | null = null;
  return () => {
    made ??= errorCodePages(plan);
    return made;
  };
}

/** What the wire is told by whoever serves. */
function wireOptions({ limits, tls, proxyProtocol, forwarded }: ServeOptions): Partial<ListenOptions> {
  return {
    ...(limits === undefined ? {} : { limits }),
    ...(tls === undefined ? {} : { tls }),
    ...(proxyProtocol === undefined ? {} : { proxyProtocol }),
    ...(forwarded === undefined ? {} : { forwarded }),
  };
}

/** What of the wire is logged. */
function told(log: Log): Pick<ListenOptions, "onTlsReload" | "onRejected"> {
  return {
    onTlsReload: (error) => {
      if (error === null) log.info("tls_reloaded");
      else log.error("tls_reload_failed", { reason: error.message });
    },
    onRejected: (error, connection) =>
      log.info("request_rejected", {
        code: error.code,
        reason: error.message,
        peer: connection.remoteAddress,
      }),
  };
}

/** What is refused on the wire has the form of REST's errors. */
const renderError: NonNullable<ListenOptions["renderError"]> = (error, request) => {
  const wantsProblem = request !== null && acceptance(request.header("accept")).problem;
  const { contentType, body } = wantsProblem ? problemContent(error, null) : errorContent(error);
  return { fields: ["content-type", contentType, "cache-control", "no-store", ...security], body };
};

function addAllGauges(
  { plan, metrics, cache }: ServerParts,
  invoker: Invoker,
  listener: Listener,
  { sockets }: MountedProtocols,
): void {
  if (metrics === null) return;
  addGauges(metrics, listener, cache);
  if (invoker.watches !== null) addWatchGauges(metrics, invoker.watches);
  if (plan.channels.length > 0) addChannelGauges(metrics, sockets.channels.all);
}
