import { isPromise, whenReady } from "../../base/awaitable.ts";
import type { Caller } from "../../define/caller.ts";
import type { ApiError } from "../../errors/api-error.ts";
import type { EventBus } from "../../events/event-bus.ts";
import type { Exchange } from "../../net/exchange.ts";
import {
  acceptWebSocket,
  type Origins,
  type Subprotocols,
  type WebSocketConnection,
  type WebSocketReceiver,
} from "../../net/index.ts";
import { RequestRecord } from "../../observe/request-record.ts";
import type { ApiPlan } from "../../plan/api-plan.ts";
import { type CorsOptions, socketOrigins } from "../http/cors.ts";
import type { Protocol, RequestTarget } from "../http/protocol.ts";
import { assertSameVersion, statedVersion } from "../http/stated-version.ts";
import { Channels } from "./channels/channels.ts";
import { OpeningRequest } from "./opening-request.ts";
import { RpcEndpoint, type RpcServices } from "./rpc/rpc-endpoint.ts";
import { RpcPlace } from "./rpc/rpc-place.ts";
import type { SocketPlace } from "./socket-place.ts";

/** What channels and calls are mounted with. */
export interface WebSocketMountOptions extends RpcServices {
  readonly plan: ApiPlan;
  /** To the other processes that serve the same; null where there are none. */
  readonly bus: EventBus | null;
  readonly cors: CorsOptions | null;
  /** Answers a request that does not become a WebSocket. */
  readonly refuse: (exchange: Exchange, thrown: unknown) => void;
}

/** WebSockets: the API's channels at their paths, and its operations at `/rpc`. */
export class WebSocketMount implements Protocol {
  readonly channels: Channels;
  readonly #options: WebSocketMountOptions;
  readonly #origins: Origins;
  /** The operations of a version, by its name. */
  readonly #rpc: ReadonlyMap<string, SocketPlace>;
  /** Paths of calls, and the version that each names; null for that of the header. */
  readonly #rpcPaths: ReadonlyMap<string, string | null>;

  constructor(options: WebSocketMountOptions) {
    const { plan } = options;
    this.channels = new Channels(plan.channels, options);
    this.#options = options;
    this.#origins = socketOrigins(options.cors);
    this.#rpc = new Map(
      plan.versions.map(
        (version) => [version.name, new RpcPlace(new RpcEndpoint(version, options))] as const,
      ),
    );
    this.#rpcPaths = new Map<string, string | null>([
      ["/rpc", null],
      ["/api/rpc", null],
      ...plan.versions.map(({ name }) => [`/api/v${name}/rpc`, name] as const),
    ]);
  }

  takes({ request: { path, upgrade } }: { readonly request: RequestTarget }): boolean {
    if (upgrade === null) return this.channels.has(path);
    return this.#rpcPaths.has(path) || this.channels.find(path) !== null;
  }

  serve(exchange: Exchange): void {
    const request = new OpeningRequest(exchange);
    try {
      const place = this.#find(exchange);
      if (place === null) return;
      const opened = whenReady(this.#options.invoker.identify(request), (caller) =>
        whenReady(place.admit(caller), () => this.#open(place, request, caller)),
      );
      if (isPromise(opened)) opened.then(undefined, (thrown: unknown) => this.#refuse(request, thrown));
    } catch (thrown) {
      this.#refuse(request, thrown);
    }
  }

  /** Who is connected is closed with 1001 by net. */
  drain(): void {
    this.channels.close();
  }

  #find({ request }: Exchange): SocketPlace | null {
    const ofPath = this.#rpcPaths.get(request.path);
    if (ofPath === undefined) return this.channels.find(request.path);
    const stated = request.header("api-version");
    if (ofPath !== null) assertSameVersion(ofPath, stated);
    return this.#rpc.get(ofPath ?? statedVersion(this.#options.plan, stated)) ?? null;
  }

  /** Browsers do not tell a page with which status a socket was refused, but they do tell with which code it was closed. */
  #refuse(request: OpeningRequest, thrown: unknown): void {
    const { refuse, toApiError } = this.#options;
    const { exchange } = request;
    if (exchange.request.upgrade === null || !request.offersToken) {
      refuse(exchange, thrown);
      return;
    }
    const error = toApiError(thrown, request.requestId);
    const subprotocols = (offered: readonly string[]) => offered.find(isSpoken) ?? null;
    const socket = this.#accept(request, { caller: null, error, receiver: deaf, subprotocols });
    socket?.close(firstRefusal + error.http, error.code);
  }

  #open(place: SocketPlace, request: OpeningRequest, caller: Caller | null): void {
    const guest = place.receiver(request, caller);
    const { subprotocols } = place;
    const socket = this.#accept(request, { caller, error: null, receiver: guest, subprotocols });
    if (socket === null) return;
    guest.opened(socket);
    const offered = request.exchange.request.header("sec-websocket-protocol");
    // Whoever asks for protocols that are not spoken here would not understand what comes.
    if (place.requiresSubprotocol && offered !== undefined && socket.subprotocol === null)
      socket.close(policyViolation, `The subprotocol is ${subprotocols.join(" or ")}`);
  }

  /** Opens a socket, and tells the log. */
  #accept(
    request: OpeningRequest,
    { caller, error, receiver, subprotocols }: Acceptance,
  ): WebSocketConnection | null {
    const { exchange } = request;
    const { observer } = this.#options;
    const record = observer === null ? null : new RequestRecord("websocket", request);
    if (record !== null) observer?.started(record);
    const socket = acceptWebSocket(exchange, receiver, { subprotocols, origins: this.#origins, deflate: {} });
    if (record !== null) {
      const isHttp2 = exchange.request.connection.httpVersion === "2";
      record.statusCode = socket === null ? 400 : isHttp2 ? 200 : 101;
      record.errorCode = error?.code ?? null;
      record.caller = caller?.id ?? null;
      observer?.finished(record);
    }
    return socket;
  }
}

/** How a socket is opened. */
interface Acceptance {
  readonly caller: Caller | null;
  /** Why it will be closed at once; null where it will not. */
  readonly error: ApiError | null;
  readonly receiver: WebSocketReceiver;
  readonly subprotocols: Subprotocols;
}

/** RFC 6455 §7.4.1. */
const policyViolation = 1008;
/** Codes from 4000 on are the application's: this and the status that HTTP has for an error. */
const firstRefusal = 4000;

/** Hears nothing: its socket is being closed. */
const deaf: WebSocketReceiver = { message: () => {}, closed: () => {} };

/** Browsers fail an opening that answers none of the subprotocols that they offer. */
function isSpoken(subprotocol: string): boolean {
  return !subprotocol.startsWith("fourfold.bearer.");
}
