import { isPromise, whenReady } from "../../base/awaitable.ts";
import type { Caller } from "../../define/caller.ts";
import type { AnyChannel, Audience } from "../../define/channel.ts";
import { refusal } from "../../invoke/authorize.ts";
import type { Exchange } from "../../net/exchange.ts";
import { acceptWebSocket, type Origins } from "../../net/index.ts";
import { type RequestObserver, RequestRecord } from "../../observe/request-record.ts";
import type { ApiPlan } from "../../plan/api-plan.ts";
import type { ChannelParameters } from "../../plan/channel-plan.ts";
import { type CorsOptions, socketOrigins } from "../http/cors.ts";
import { HttpRequest } from "../http/http-request.ts";
import type { Protocol } from "../http/protocol.ts";
import { ChannelRuntime, type ChannelServices } from "./channels/channel-runtime.ts";
import { ChannelSocket } from "./channels/channel-socket.ts";

/** What channels are mounted with. */
export interface WebSocketMountOptions extends ChannelServices {
  readonly plan: ApiPlan;
  readonly cors: CorsOptions | null;
  readonly observer: RequestObserver | null;
  /** Answers a request that does not become a WebSocket. */
  readonly refuse: (exchange: Exchange, thrown: unknown) => void;
}

/** A request for a channel, as what the caller is found out by. */
class ChannelRequest extends HttpRequest {}

/** The API's channels, each at its path. */
export class WebSocketMount implements Protocol {
  readonly #options: WebSocketMountOptions;
  readonly #origins: Origins;
  readonly channels: readonly ChannelRuntime[];
  /** Paths without names in braces, which are known at once. */
  readonly #fixed: ReadonlyMap<string, ChannelRuntime>;

  constructor(options: WebSocketMountOptions) {
    this.#options = options;
    this.#origins = socketOrigins(options.cors);
    this.channels = options.plan.channels.map((plan) => new ChannelRuntime(plan, options));
    this.#fixed = new Map(
      this.channels.filter(({ plan }) => plan.isFixed).map((each) => [each.plan.channel.path, each]),
    );
  }

  takes({ request: { path, upgrade } }: Exchange): boolean {
    if (upgrade === null) return this.#fixed.has(path);
    return this.#find(path) !== null;
  }

  serve(exchange: Exchange): void {
    const found = this.#find(exchange.request.path);
    if (found === null) return;
    const request = new ChannelRequest(exchange);
    try {
      const opened = whenReady(this.#options.invoker.identify(request), (caller) =>
        whenReady(this.#admit(found, caller), () => this.#open(found, request, caller)),
      );
      if (isPromise(opened))
        opened.then(undefined, (thrown: unknown) => this.#options.refuse(exchange, thrown));
    } catch (thrown) {
      this.#options.refuse(exchange, thrown);
    }
  }

  /** Who is connected is closed with 1001 by net. */
  drain(): void {
    for (const channel of this.channels) channel.close();
  }

  /** Those in a room, for messages from outside of it. Throws for a channel that the API does not have. */
  audience(channel: AnyChannel, parameters: unknown): Audience<unknown> {
    const found = this.channels.find(({ plan }) => plan.channel === channel);
    if (found === undefined) throw new Error(`${channel.path} is not among the channels of this API`);
    const path = channel.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      const value = isObject(parameters) ? parameters[name] : undefined;
      if (typeof value !== "string") throw new TypeError(`${channel.path}: "${name}" must be text`);
      return encodeURIComponent(value);
    });
    return found.audience(path, null);
  }

  #find(path: string): Found | null {
    const fixed = this.#fixed.get(path);
    if (fixed !== undefined) return { runtime: fixed, parameters: noParameters, room: path };
    for (const runtime of this.channels) {
      const parameters = runtime.plan.match(path);
      if (parameters !== null) return { runtime, parameters, room: roomOf(runtime, parameters) };
    }
    return null;
  }

  #admit({ runtime, parameters }: Found, caller: Caller | null): void | PromiseLike<void> {
    const { allow } = runtime.plan.channel;
    if (allow === null) return;
    return whenReady(allow.check({ caller, input: parameters }), (holds) => {
      if (!holds) throw refusal(allow, caller);
    });
  }

  #open({ runtime, room }: Found, request: ChannelRequest, caller: Caller | null): void {
    const { exchange } = request;
    const { observer } = this.#options;
    const record = observer === null ? null : new RequestRecord("websocket", request);
    if (record !== null) observer?.started(record);
    const receiver = new ChannelSocket(runtime, request, caller);
    const socket = acceptWebSocket(exchange, receiver, { origins: this.#origins, deflate: {} });
    if (record !== null) {
      const isHttp2 = exchange.request.connection.httpVersion === "2";
      record.statusCode = socket === null ? 400 : isHttp2 ? 200 : 101;
      record.caller = caller?.id ?? null;
      observer?.finished(record);
    }
    if (socket !== null) receiver.opened(socket, room, exchange.context.limits.outputBytes);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** A channel, and the room of a path in it. */
interface Found {
  readonly runtime: ChannelRuntime;
  readonly parameters: ChannelParameters;
  /** The same for all spellings of the path's parameters. */
  readonly room: string;
}

const noParameters: ChannelParameters = {};

function roomOf({ plan }: ChannelRuntime, parameters: ChannelParameters): string {
  return plan.channel.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(parameters[name] ?? ""),
  );
}
