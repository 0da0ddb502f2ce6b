import { isPromise, whenReady } from "../../base/awaitable.ts";
import type { Caller } from "../../define/caller.ts";
import type { EventBus } from "../../events/event-bus.ts";
import type { Exchange } from "../../net/exchange.ts";
import { acceptWebSocket, type Origins } from "../../net/index.ts";
import { RequestRecord } from "../../observe/request-record.ts";
import type { ApiPlan } from "../../plan/api-plan.ts";
import { type CorsOptions, socketOrigins } from "../http/cors.ts";
import { HttpRequest } from "../http/http-request.ts";
import type { Protocol } from "../http/protocol.ts";
import { statedVersion } from "../http/stated-version.ts";
import { Channels } from "./channels/channels.ts";
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

/** A request to open a socket, as what the caller is found out by. */
class OpeningRequest extends HttpRequest {}

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

  takes({ request: { path, upgrade } }: Exchange): boolean {
    if (upgrade === null) return this.channels.has(path);
    return this.#rpcPaths.has(path) || this.channels.find(path) !== null;
  }

  serve(exchange: Exchange): void {
    try {
      const place = this.#find(exchange);
      if (place === null) return;
      const request = new OpeningRequest(exchange);
      const opened = whenReady(this.#options.invoker.identify(request), (caller) =>
        whenReady(place.admit(caller), () => this.#open(place, request, caller)),
      );
      if (isPromise(opened))
        opened.then(undefined, (thrown: unknown) => this.#options.refuse(exchange, thrown));
    } catch (thrown) {
      this.#options.refuse(exchange, thrown);
    }
  }

  /** Who is connected is closed with 1001 by net. */
  drain(): void {
    this.channels.close();
  }

  #find({ request }: Exchange): SocketPlace | null {
    const version = this.#rpcPaths.get(request.path);
    if (version === undefined) return this.channels.find(request.path);
    const stated = version ?? statedVersion(this.#options.plan, request.header("api-version"));
    return this.#rpc.get(stated) ?? null;
  }

  #open(place: SocketPlace, request: OpeningRequest, caller: Caller | null): void {
    const { exchange } = request;
    const { observer } = this.#options;
    const record = observer === null ? null : new RequestRecord("websocket", request);
    if (record !== null) observer?.started(record);
    const guest = place.receiver(request, caller);
    const { subprotocols } = place;
    const socket = acceptWebSocket(exchange, guest, { subprotocols, origins: this.#origins, deflate: {} });
    if (record !== null) {
      const isHttp2 = exchange.request.connection.httpVersion === "2";
      record.statusCode = socket === null ? 400 : isHttp2 ? 200 : 101;
      record.caller = caller?.id ?? null;
      observer?.finished(record);
    }
    if (socket === null) return;
    guest.opened(socket);
    const offered = exchange.request.header("sec-websocket-protocol");
    // Whoever asks for protocols that are not spoken here would not understand what comes.
    if (subprotocols.length > 0 && offered !== undefined && socket.subprotocol === null)
      socket.close(policyViolation, `The subprotocol is ${subprotocols.join(" or ")}`);
  }
}

/** RFC 6455 §7.4.1. */
const policyViolation = 1008;
