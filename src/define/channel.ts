import type { Awaitable } from "../base/awaitable.ts";
import type { Field } from "../schema/field.ts";
import type { Caller } from "./caller.ts";
import type { Rule } from "./rule.ts";

/** Where messages go. */
export interface Audience<M> {
  readonly send: (message: M) => void;
}

/** One connection of a room. */
export interface ChannelMember {
  /** Unique among all connections. */
  readonly id: string;
  readonly caller: Caller | null;
}

/** The names in braces of a path: `/rooms/{id}` has `id`. */
export type ChannelParameters<P extends string> = P extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & ChannelParameters<Rest>
  : unknown;

/** What a room is found by: what stands for the names in braces; nothing where there are none. */
export type RoomArgument<P extends string> =
  object extends ChannelParameters<P> ? [] : [parameters: ChannelParameters<P>];

/** Those in a room of a channel, in all processes: `(lobby).send(message)`, `(room, { id: "7" }).send(message)`. */
export type Rooms = <S, P extends string>(
  channel: Channel<S, P, never>,
  ...room: RoomArgument<P>
) => Audience<S>;

/** What a channel's handlers get. */
export interface ChannelContext<S, P extends string = string> {
  readonly caller: Caller | null;
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
  /** Those in other rooms, and of other channels. */
  readonly channel: Rooms;
}

/** What a channel's `receive` gets. */
export interface MessageContext<M, S, P extends string = string> extends ChannelContext<S, P> {
  readonly message: M;
}

/** What is done about a connection that takes messages more slowly than they come. */
export const channelSlowPolicies = ["close", "drop-oldest", "latest-per-key"] as const;
export type ChannelSlowPolicy = (typeof channelSlowPolicies)[number];

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

/** A channel, whatever its messages. */
export interface AnyChannel {
  readonly kind: "channel";
  readonly path: string;
  readonly message: Field;
  readonly sends: Field;
  readonly receive: ((context: never) => Awaitable<void>) | null;
  readonly allow: Rule | null;
  readonly history: number;
  readonly presence: boolean;
  readonly buffer: number;
  readonly slow: ChannelSlowPolicy;
  readonly key: ((message: never) => string) | null;
  readonly description: string | null;
  readonly unknownOptions: readonly string[];
}

/** A channel that sends `S` and takes `M`. */
export interface Channel<S = unknown, P extends string = string, M = S> extends AnyChannel {
  readonly path: P;
  readonly "~sends"?: (message: S) => void;
  readonly "~takes"?: (message: M) => void;
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
