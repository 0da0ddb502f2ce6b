import type { Awaitable } from "../base/awaitable.ts";
import type { Field } from "../schema/field.ts";
import type { Caller } from "./caller.ts";
import type { Rule } from "./rule.ts";

/** What is done about a connection that takes messages more slowly than they come. */
export const channelSlowPolicies = ["close", "drop-oldest", "latest-per-key"] as const;
export type ChannelSlowPolicy = (typeof channelSlowPolicies)[number];

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
