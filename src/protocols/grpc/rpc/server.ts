import type { ApiError } from "../../../errors/api-error.ts";
import { type FrameworkCode, frameworkError } from "../../../errors/codes.ts";
import type { Exchange } from "../../../net/exchange.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import { requestId } from "../../../observe/request-id.ts";
import { RequestRecord } from "../../../observe/request-record.ts";
import { Cors, type CorsOptions } from "../../http/cors.ts";
import type { Protocol } from "../../http/protocol.ts";
import { encodingOf } from "../framing/connect-get.ts";
import type { Framing } from "../framing/framing.ts";
import { connectGet, framings, mediaTypes } from "../framing/framings.ts";
import { RpcCall } from "./call.ts";
import { isCall } from "./is-call.ts";
import type { RpcMethod } from "./method.ts";
import { fail, run } from "./serve.ts";
import type { RpcSettings } from "./settings.ts";

/** What a server of RPCs is made with. */
export interface RpcServerOptions extends Omit<RpcSettings, "cors"> {
  readonly methods: readonly RpcMethod[];
  readonly cors: CorsOptions | null;
  /** Called when the server stops, before any call is ended for it; with whether others go on at the same addresses. */
  readonly whenStopping?: (othersGoOn: boolean) => void;
}

const exposed =
  "grpc-status, grpc-message, grpc-status-details-bin, grpc-encoding, grpc-accept-encoding, connect-content-encoding, connect-accept-encoding, x-request-id, etag, retry-after";

const unsupported = new HeadBlock(415, ["accept-post", mediaTypes.join(", ")]);
const versionNotSupported = new HeadBlock(505, []);
const preflighted = new HeadBlock(204, ["cache-control", "no-store"]);
const notAllowed = new HeadBlock(405, []);

/** Serves methods of services over gRPC, gRPC-Web and Connect. */
export class RpcServer implements Protocol {
  readonly #settings: RpcSettings;
  readonly #methods: ReadonlyMap<string, RpcMethod>;
  /** Calls that go on until somebody leaves. */
  readonly #endless: Set<RpcCall>;
  readonly #whenStopping: (othersGoOn: boolean) => void;
  #isStopping: boolean;

  constructor({ methods, cors, whenStopping = () => {}, ...settings }: RpcServerOptions) {
    this.#settings = { ...settings, cors: cors === null ? null : new Cors(cors, { exposed, allowed: null }) };
    this.#methods = new Map(methods.map((method) => [`/${method.service}/${method.name}`, method]));
    this.#endless = new Set();
    this.#whenStopping = whenStopping;
    this.#isStopping = false;
  }

  /** Whether a request is a call, or would be if there were such a method. */
  takes({ request }: Pick<Exchange, "request">): boolean {
    return isCall(request, this.#methods);
  }

  /** Serves a request that it takes. */
  serve(exchange: Exchange): void {
    const { request } = exchange;
    if (request.method === "OPTIONS") {
      this.#answerOptions(exchange);
      return;
    }
    const method = this.#methods.get(request.path) ?? null;
    if (request.method !== "POST" && !(request.method === "GET" && method?.isSafe === true)) {
      const allow = method?.isSafe === true ? "GET, POST, OPTIONS" : "POST, OPTIONS";
      this.#answer(exchange, notAllowed, ["allow", allow], "METHOD_NOT_ALLOWED");
      return;
    }
    const framing =
      request.method === "GET" ? connectGet(encodingOf(request.query ?? "")) : framingOf(exchange);
    if (framing === undefined || (method !== null && !carries(framing, method)))
      this.#answer(exchange, unsupported, [], "UNSUPPORTED_MEDIA_TYPE");
    else if (needsHttp2(framing, method) && request.connection.httpVersion !== "2")
      this.#answer(exchange, versionNotSupported, [], "HTTP_VERSION_NOT_SUPPORTED");
    else {
      const call = new RpcCall(this.#settings, exchange, framing, method?.series ?? null);
      if (request.method === "GET" && method?.kind === "unary") call.freshness = method.freshness ?? null;
      this.#call(call, method);
    }
  }

  /** The server stops: whoever would go on is told to call another one, or once more where others go on at the same addresses. */
  drain(othersGoOn = false): void {
    this.#isStopping = true;
    this.#whenStopping(othersGoOn);
    // Watches end by themselves, and tell how far they have come.
    setImmediate(() => {
      for (const call of this.#endless) fail(call, stopping());
    });
  }

  #call(call: RpcCall, method: RpcMethod | null): void {
    if (method === null) fail(call, frameworkError("UNIMPLEMENTED", "There is no such method"));
    else if (!("isEndless" in method && method.isEndless)) void run(call, method);
    else if (this.#isStopping) fail(call, stopping());
    else {
      this.#endless.add(call);
      void run(call, method).finally(() => this.#endless.delete(call));
    }
  }

  #answerOptions(exchange: Exchange): void {
    const { request } = exchange;
    const { cors } = this.#settings;
    const allow = this.#methods.get(request.path)?.isSafe === true ? "GET, POST, OPTIONS" : "POST, OPTIONS";
    const origin = request.header("origin");
    const asked = request.header("access-control-request-headers");
    const vary = "origin, access-control-request-method, access-control-request-headers";
    const granted = cors === null || origin === undefined ? [] : cors.preflight(origin, allow, asked);
    this.#answer(exchange, preflighted, ["allow", allow, "vary", vary, ...granted], null);
  }

  /** Answers what is no call, in the words of HTTP. */
  #answer(
    exchange: Exchange,
    head: HeadBlock,
    fields: readonly string[],
    errorCode: FrameworkCode | null,
  ): void {
    exchange.respond(head, fields, null);
    const { observer } = this.#settings;
    if (observer === null) return;
    const { method, path } = exchange.request;
    const id = requestId(exchange.request.header("x-request-id"));
    const record = new RequestRecord("grpc", { method, path, requestId: id, trace: null });
    observer.started(record);
    record.statusCode = head.status;
    record.errorCode = errorCode;
    observer.finished(record);
  }
}

function stopping(): ApiError {
  return frameworkError("UNAVAILABLE", "The server stops; call again");
}

/** By the media type, which nearly always stands alone. */
function framingOf({ request }: Exchange): Framing | undefined {
  const stated = request.header("content-type") ?? "";
  return framings.get(stated) ?? framings.get(withoutParameters(stated));
}

function withoutParameters(stated: string): string {
  const end = stated.indexOf(";");
  return (end < 0 ? stated : stated.slice(0, end)).trim().toLowerCase();
}

/** Connect has content types of its own for streams. */
function carries({ carries: carried }: Framing, { kind }: RpcMethod): boolean {
  return carried === "both" || (carried === "unary") === (kind === "unary");
}

/** gRPC ends with trailers, which intermediaries of HTTP/1.1 drop; and there both sides cannot stream at once. */
function needsHttp2(framing: Framing, method: RpcMethod | null): boolean {
  return framing.name === "grpc" || method?.kind === "bidi";
}
