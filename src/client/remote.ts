import type { Typed } from "../base/typed.ts";
import type { AnyChannel, Channel } from "../define/channel.ts";
import type {
  AnyOperation,
  AnyResource,
  Operation,
  OperationSort,
  StandardMethod,
} from "../define/definition.ts";
import type { JsonInputOf, JsonOf } from "./json-types.ts";

/** An operation by its name: what is called where the definition is known as a type only. */
export interface RemoteOperation<in In = never, out Out = unknown> {
  readonly kind: "remote operation";
  /** `users.get`, `posts.publish`, `search`. */
  readonly id: string;
  readonly sort: OperationSort;
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
  readonly kind: "remote channel";
  readonly path: P;
  readonly "~sends"?: (message: S) => void;
  readonly "~takes"?: (message: M) => void;
}

/** A reference to the channel `C`. */
export type RemoteChannelOf<C> =
  C extends Channel<infer S, infer P, infer M> ? RemoteChannel<JsonOf<S>, P, JsonInputOf<M>> : never;

function reference(sort: OperationSort, id: string, plural = ""): RemoteOperation {
  return { kind: "remote operation", id, sort, plural };
}

function standardReferences(plural: string): Readonly<Record<StandardMethod, RemoteOperation>> {
  const one = (sort: OperationSort, method: StandardMethod): RemoteOperation =>
    reference(sort, `${plural}.${method}`);
  const many = (sort: OperationSort, method: StandardMethod): RemoteOperation =>
    reference(sort, `${plural}.${method}`, plural);
  return {
    list: many("query", "list"),
    get: one("query", "get"),
    create: one("command", "create"),
    update: one("command", "update"),
    replace: one("command", "replace"),
    delete: one("command", "delete"),
    watch: one("subscription", "watch"),
    batchGet: many("query", "batchGet"),
    batchCreate: many("command", "batchCreate"),
  };
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
  resource: (plural) => standardReferences(plural) as never,
  query: (id) => reference("query", id) as never,
  command: (id) => reference("command", id) as never,
  subscription: (id) => reference("subscription", id) as never,
  channel: (path) => ({ kind: "remote channel", path }) as never,
};
