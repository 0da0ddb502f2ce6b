import type { ApiError } from "../errors/api-error.ts";
import { frameworkError } from "../errors/codes.ts";
import type { Exchange, ExchangeHandler } from "../net/exchange.ts";
import { HeadBlock } from "../net/head-block.ts";
import { requestId } from "../observe/request-id.ts";
import { type RequestObserver, RequestRecord } from "../observe/request-record.ts";
import type { Protocol } from "../protocols/http/protocol.ts";
import { errorContent, errorFields } from "../protocols/rest/error.ts";
import type { RestMount } from "../protocols/rest/mount.ts";
import { serveRest } from "../protocols/rest/serve.ts";
import type { Refuse } from "./deferred-protocol.ts";
import { type PageHandler, respondPage } from "./fixed-page.ts";

/** What stands at the server's addresses. */
export interface DispatchOptions extends RefusalOptions {
  readonly rest: RestMount;
  /** In the order in which they are asked; REST gets what none of them takes. */
  readonly protocols: readonly Protocol[];
  /** Pages by path. */
  readonly pages: ReadonlyMap<string, PageHandler>;
  /** Pages of errors by path; made at first asking. */
  readonly errorPages: () => Promise<ReadonlyMap<string, PageHandler>>;
}

/** What it takes to answer with an error. */
export interface RefusalOptions {
  readonly observer: RequestObserver | null;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
}

/** Decides who answers a request: a page, or a protocol. */
export function dispatcher(options: DispatchOptions): ExchangeHandler {
  const { rest, protocols, pages } = options;
  const longest = Math.max(...[...pages.keys()].map((path) => path.length));
  return (exchange) => {
    const { path } = exchange.request;
    // Addresses of rows are longer than any page's: they are not even looked up.
    const page = path.length <= longest ? pages.get(path) : undefined;
    if (page !== undefined) {
      void answerPage(options, exchange, page);
      return;
    }
    for (const protocol of protocols)
      if (protocol.takes(exchange)) {
        protocol.serve(exchange);
        return;
      }
    if (path.startsWith("/errors/")) void answerErrorPage(options, exchange);
    else serveRest(rest, exchange);
  };
}

async function answerErrorPage(options: DispatchOptions, exchange: Exchange): Promise<void> {
  const page = (await options.errorPages()).get(exchange.request.path);
  if (page === undefined) serveRest(options.rest, exchange);
  else await answerPage(options, exchange, page);
}

async function answerPage(options: DispatchOptions, exchange: Exchange, page: PageHandler): Promise<void> {
  const { method } = exchange.request;
  const record = begin(options, exchange);
  try {
    if (method === "GET" || method === "HEAD") record.statusCode = await page(exchange);
    else if (method === "OPTIONS") record.statusCode = respondPage(exchange, allowed, "");
    else throw frameworkError("METHOD_NOT_ALLOWED", undefined, { headers: { allow } });
  } catch (thrown) {
    respondError(options, exchange, record, thrown);
  }
  options.observer?.finished(record);
}

/** Answers what nobody can serve. */
export function refuser(options: RefusalOptions): Refuse {
  return (exchange, thrown) => {
    const record = begin(options, exchange);
    respondError(options, exchange, record, thrown);
    options.observer?.finished(record);
  };
}

function begin({ observer }: RefusalOptions, { request }: Exchange): RequestRecord {
  const { method, path } = request;
  const id = requestId(request.header("x-request-id"));
  const record = new RequestRecord("http", { method, path, requestId: id, trace: null });
  observer?.started(record);
  return record;
}

function respondError(
  { toApiError }: RefusalOptions,
  exchange: Exchange,
  record: RequestRecord,
  thrown: unknown,
): void {
  const error = toApiError(thrown, record.request.requestId);
  const { contentType, body } = errorContent(error);
  record.statusCode = error.http;
  record.errorCode = error.code;
  exchange.respond(new HeadBlock(error.http, ["content-type", contentType]), errorFields(error), body);
}

const allow = "GET, HEAD, OPTIONS";
const allowed = new HeadBlock(204, ["allow", allow]);
