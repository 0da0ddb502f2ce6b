import type { Awaitable } from "../base/awaitable.ts";
import type { Field } from "../schema/field.ts";
import type { Caller } from "./caller.ts";
import type { Rule } from "./rule.ts";

/** Where messages go. */
export interface Audience<M> {
  readonly send: (message: M) => void;
}

/** What a channel's handlers get. */
export interface ChannelContext<M> {
  readonly message: M;
  readonly caller: Caller | null;
  /** The connection that the message came by. */
  readonly sender: Audience<M>;
  /** All connections of the channel, the sender's included. */
  readonly everyone: Audience<M>;
  /** All but the sender's. */
  readonly others: Audience<M>;
}

/** What a channel may be told. */
export interface ChannelOptions<M> {
  readonly message: Field<M>;
  readonly receive?: (context: ChannelContext<M>) => Awaitable<void>;
  readonly allow?: Rule;
  readonly description?: string;
}

/** A channel, whatever its messages. */
export interface AnyChannel {
  readonly kind: "channel";
  readonly path: string;
  readonly message: Field;
  readonly receive: ((context: never) => Awaitable<void>) | null;
  readonly allow: Rule | null;
  readonly description: string | null;
}

/** Defines a WebSocket path with typed messages, for what is not request and response. */
export function channel<M>(path: string, options: ChannelOptions<M>): AnyChannel {
  return Object.freeze({
    kind: "channel",
    path,
    message: options.message,
    receive: options.receive ?? null,
    allow: options.allow ?? null,
    description: options.description ?? null,
  });
}
