import type { Typed } from "../base/typed.ts";
import type { AnyChannel, Channel } from "../define/channel-definition.ts";
import type { AnyOperation, AnyResource, Operation, StandardMethod } from "../define/definition.ts";
import type { JsonInputOf, JsonOf } from "./json-types.ts";

/** An operation by its name: what is called where the definition is known as a type only. */
export interface RemoteOperation<in In = never, out Out = unknown> {
  readonly kind: "remote";
  /** `users.get`, `posts.publish`, `search`. */
  readonly id: string;
  /** Changes state. */
  readonly isCommand: boolean;
  /** Of the resource's rows in pages and batches: `users`; empty where there are none. */
  readonly plural: string;
  readonly "~input"?: (input: In) => void;
  readonly "~output"?: Out;
}

/** A reference to the operation `O`, whose values are as JSON has them. */
export type RemoteOf<O> =
  O extends Operation<infer I, unknown>
    ? O extends Operation<never, infer T>
      ? RemoteOperation<JsonInputOf<I>, JsonOf<T>>
      : never
    : never;

/** A reference to the resource `R`: its standard methods. */
export type RemoteResource<R> = {
  readonly [M in StandardMethod & keyof R]: RemoteOf<R[M]>;
};

/** A channel by its path, which sends `S` and takes `M`. */
export interface RemoteChannel<S = unknown, P extends string = string, M = unknown> {
  readonly kind: "remote";
  readonly path: P;
  readonly "~sends"?: (message: S) => void;
  readonly "~takes"?: (message: M) => void;
}

/** A reference to the channel `C`. */
export type RemoteChannelOf<C> =
  C extends Channel<infer S, infer P, infer M> ? RemoteChannel<JsonOf<S>, P, JsonInputOf<M>> : never;

const methods = "list get create update replace delete watch batchGet batchCreate".split(" ");

export function reference(id: string, isCommand: boolean, plural = ""): RemoteOperation {
  return { kind: "remote", id, isCommand, plural };
}

/** Whether a standard method is about many rows: they stand under the resource's name on the wire. */
export function areMany(method: string): boolean {
  return /^(list|batch)/.test(method);
}

function standardReference(plural: string, method: string): RemoteOperation {
  const isCommand = !/list|[gG]et|watch/.test(method);
  return reference(`${plural}.${method}`, isCommand, areMany(method) ? plural : "");
}

/**
 * References to definitions of which only the types are imported (`import type`), so that nothing of the definition comes into a
 * bundle: `remote.resource<typeof User>("users")`. Values are as JSON has them: a timestamp is text.
 */
export const remote: {
  resource<R extends AnyResource & Typed<unknown>>(plural: string): RemoteResource<R>;
  query<O extends AnyOperation>(id: string): RemoteOf<O>;
  command<O extends AnyOperation>(id: string): RemoteOf<O>;
  subscription<O extends AnyOperation>(id: string): RemoteOf<O>;
  channel<C extends AnyChannel>(path: C["path"]): RemoteChannelOf<C>;
} = {
  // Their types are those of the definitions, which are not here.
  resource: (plural) =>
    Object.fromEntries(methods.map((method) => [method, standardReference(plural, method)])) as never,
  query: (id) => reference(id, false) as never,
  command: (id) => reference(id, true) as never,
  subscription: (id) => reference(id, false) as never,
  channel: (path) => ({ kind: "remote", path }) as never,
};
