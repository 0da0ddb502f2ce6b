import type { Awaitable } from "../base/awaitable.ts";
import type { Field } from "../schema/field.ts";
import type {
  Audience,
  Channel,
  ChannelMember,
  ChannelParameters,
  ChannelSlowPolicy,
} from "./channel-definition.ts";
import type { HandlerServices } from "./context.ts";
import type { Rule } from "./rule.ts";

/** What a channel's handlers get beside what all handlers get: the connection, and those in its room. */
export interface ChannelContext<S, P extends string = string> extends HandlerServices {
  /** The connection that it is about. */
  readonly member: ChannelMember;
  /** What stands in the path for its names in braces; a room is the connections with the same. */
  readonly parameters: Readonly<Record<string, string>> & ChannelParameters<P>;
  /** The connection itself. */
  readonly sender: Audience<S>;
  /** All connections of the room, the sender's included, in all processes. */
  readonly everyone: Audience<S>;
  /** All but the sender's. */
  readonly others: Audience<S>;
}

/** What a channel's `receive` gets. */
export interface MessageContext<M, S, P extends string = string> extends ChannelContext<S, P> {
  readonly message: M;
}

/** What a channel may be told. */
export interface ChannelOptions<M, S = M, P extends string = string> {
  /** What clients send. Text (`t.text()`, `t.string()`) goes as it is; anything else as JSON, in an envelope with its `type`. */
  readonly message: Field<M>;
  /** What clients are sent; `message` where it is not stated. */
  readonly sends?: Field<S>;
  /** Takes a message; it is sent on to everyone where there is no `receive`. What it throws is told to the sender. */
  readonly receive?: (context: MessageContext<M, S, P>) => Awaitable<void>;
  /** Who may join: looked at before the connection opens; `input` are the parameters. */
  readonly allow?: Rule;
  /** Messages of a room that who joins is sent first: so many at most. */
  readonly history?: number;
  /** Whether connections are told who is there, joins and leaves. */
  readonly presence?: boolean;
  /** Messages that may wait for a connection; 1000 where it is not stated. */
  readonly buffer?: number;
  /** `close` (1013) where it is not stated; the others leave messages out, and say how many. */
  readonly slow?: ChannelSlowPolicy;
  /** What a message is about: of those that wait, `latest-per-key` keeps the last of each. */
  readonly key?: (message: S) => string;
  readonly description?: string;
}

/** The options that a channel knows. */
export const channelOptions: readonly string[] = [
  "message",
  "sends",
  "receive",
  "allow",
  "history",
  "presence",
  "buffer",
  "slow",
  "key",
  "description",
];

/**
 * Defines a WebSocket path with typed messages, for what is not request and response. With names in braces (`/rooms/{id}`) there is a
 * room for each value.
 */
export function channel<M, const P extends string, S = M>(
  path: P,
  options: ChannelOptions<M, S, P>,
): Channel<S, P, M> {
  return Object.freeze({
    kind: "channel",
    path,
    message: options.message,
    sends: options.sends ?? options.message,
    receive: options.receive ?? null,
    allow: options.allow ?? null,
    history: options.history ?? 0,
    presence: options.presence ?? false,
    buffer: options.buffer ?? 1000,
    slow: options.slow ?? "close",
    key: options.key ?? null,
    description: options.description ?? null,
    unknownOptions: Object.keys(options).filter((name) => !channelOptions.includes(name)),
  });
}
