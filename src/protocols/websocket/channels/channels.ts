import { type Awaitable, whenReady } from "../../../base/awaitable.ts";
import type { Caller } from "../../../define/caller.ts";
import type { AnyChannel, Audience } from "../../../define/channel-definition.ts";
import { refusal } from "../../../invoke/authorize.ts";
import type { ChannelParameters, ChannelPlan } from "../../../plan/channel-plan.ts";
import type { HttpRequest } from "../../http/http-request.ts";
import type { SocketGuest, SocketPlace } from "../socket-place.ts";
import { ChannelRuntime, type ChannelServices } from "./channel-runtime.ts";
import { ChannelSocket } from "./channel-socket.ts";

/** The API's channels, each at its path. */
export class Channels {
  readonly all: readonly ChannelRuntime[];
  /** Those whose path has no names in braces. */
  readonly #fixed: ReadonlyMap<string, SocketPlace>;

  constructor(plans: readonly ChannelPlan[], services: ChannelServices) {
    this.all = plans.map((plan) => new ChannelRuntime(plan, services));
    this.#fixed = new Map(
      this.all
        .filter(({ plan }) => plan.isFixed)
        .map((each) => [each.plan.channel.path, new ChannelPlace(each, {})] as const),
    );
  }

  /** Whether a path is a channel's and nothing else. */
  has(path: string): boolean {
    return this.#fixed.has(path);
  }

  find(path: string): SocketPlace | null {
    const fixed = this.#fixed.get(path);
    if (fixed !== undefined) return fixed;
    for (const runtime of this.all) {
      const parameters = runtime.plan.match(path);
      if (parameters !== null) return new ChannelPlace(runtime, parameters);
    }
    return null;
  }

  /** Those in a room, for messages from outside of it. Throws for a channel that the API does not have. */
  audience(channel: AnyChannel, parameters: unknown): Audience<unknown> {
    const found = this.all.find(({ plan }) => plan.channel === channel);
    if (found === undefined) throw new Error(`${channel.path} is not among the channels of this API`);
    return found.audience(roomOf(channel, isObject(parameters) ? parameters : {}), null);
  }

  close(): void {
    for (const channel of this.all) channel.close();
  }
}

/** One room of a channel, as connections come to it. */
class ChannelPlace implements SocketPlace {
  readonly subprotocols: readonly string[];
  readonly requiresSubprotocol = false;
  readonly #runtime: ChannelRuntime;
  readonly #parameters: ChannelParameters;

  constructor(runtime: ChannelRuntime, parameters: ChannelParameters) {
    this.subprotocols = [subprotocolOf(runtime.plan)];
    this.#runtime = runtime;
    this.#parameters = parameters;
  }

  admit(caller: Caller | null): Awaitable<void> {
    const { allow } = this.#runtime.plan.channel;
    if (allow === null) return;
    return whenReady(allow.check({ caller, input: this.#parameters }), (holds) => {
      if (!holds) throw refusal(allow, caller);
    });
  }

  receiver(request: HttpRequest, caller: Caller | null): SocketGuest {
    // The same room for all spellings of the path.
    const room = roomOf(this.#runtime.plan.channel, this.#parameters);
    return new ChannelSocket(this.#runtime, { request, caller, room });
  }
}

/** Tells a client that asks how messages go: those that it sends, and those that it is sent. */
function subprotocolOf({ takesText, sendsText }: ChannelPlan): string {
  return `fourfold.${takesText ? "text" : "json"}.${sendsText ? "text" : "json"}.v1`;
}

function roomOf({ path }: AnyChannel, parameters: Readonly<Record<string, unknown>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = parameters[name];
    if (typeof value !== "string") throw new TypeError(`${path}: "${name}" must be text`);
    return encodeURIComponent(value);
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
