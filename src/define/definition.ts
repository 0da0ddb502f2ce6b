import type { Typed } from "../base/typed.ts";
import type { AnyErrorDefinition } from "../errors/error.ts";
import type { Field, Fields } from "../schema/field.ts";
import type { CreateOf, Flat, RowOf, UpdateOf } from "../schema/types.ts";
import type { CacheOptions } from "./cache.ts";
import type { Caller } from "./caller.ts";
import type { GraphqlOptions } from "./graphql.ts";
import type { Rule } from "./rule.ts";

/** Safe, changes state, or a stream. */
export type OperationSort = "query" | "command" | "subscription";

/** The methods that a resource has of itself. */
export const standardMethods = [
  "list",
  "get",
  "create",
  "update",
  "replace",
  "delete",
  "watch",
  "batchGet",
  "batchCreate",
] as const;
export type StandardMethod = (typeof standardMethods)[number];

/** A handler whose types are no longer known; the definition that it came with has checked them. */
export type AnyHandler = (context: never) => unknown;

/** An operation, whatever its types: what plans are compiled from. */
export interface AnyOperation {
  readonly kind: "operation";
  readonly sort: OperationSort;
  /** In lower camel case: `publish`. */
  readonly name: string;
  /** Set where the resource has the method of itself. */
  readonly method: StandardMethod | null;
  /** The resource that it belongs to. */
  readonly on: AnyResource | null;
  /** One row, or the collection. */
  readonly scope: "item" | "collection" | "none";
  readonly input: Fields;
  /** The fields of each message, where callers send many and no other input; else null. */
  readonly messages: Fields | null;
  /** Null for an operation that answers nothing. */
  readonly output: Field | null;
  readonly errors: readonly AnyErrorDefinition[];
  readonly allow: Rule | null;
  readonly cache: CacheOptions | null;
  /** Milliseconds, or text such as "5s". */
  readonly deadline: number | string | null;
  /** `METHOD /path/{field}` where it is not the usual one. */
  readonly rest: string | null;
  readonly idempotencyKey: "optional" | "required";
  /** How it is shown in GraphQL; null for the usual way. */
  readonly graphql: GraphqlOptions | null;
  readonly description: string | null;
  readonly deprecated: boolean | string;
  /** Null: the store's own handler of the standard method. */
  readonly handle: AnyHandler | null;
  /** Options that are not known here: reported when the definition is compiled. */
  readonly unknownOptions: readonly string[];
}

/** An operation that takes `In` and answers `Out`. */
export interface Operation<in In = never, out Out = unknown> extends AnyOperation {
  readonly "~input"?: (input: In) => void;
  readonly "~output"?: Out;
}

/** A resource, whatever its fields: what plans are compiled from. */
export interface AnyResource {
  readonly kind: "resource";
  /** Singular, in upper camel case: `User`. */
  readonly name: string;
  /** In lower camel case: `users`. */
  readonly plural: string;
  readonly definition: ResourceDefinition;
}

/** What a resource was told, in one shape. */
export interface ResourceDefinition {
  readonly fields: Fields;
  readonly description: string | null;
  readonly cache: CacheOptions | null;
  readonly rows: RowRule | null;
  readonly fieldRules: Readonly<Record<string, Rule>>;
  readonly pageSize: { readonly default: number; readonly max: number };
  readonly batchMax: number;
  /** Whether changing a row must state the version that was seen: 428 without. */
  readonly requireMatch: boolean;
  readonly watch: Required<WatchOptions>;
  readonly notFound: AnyErrorDefinition | null;
  readonly operations: Readonly<Record<StandardMethod, AnyOperation | null>>;
  /** How rows are found by a reference of theirs, by its name: for a resource that no store keeps. */
  readonly related: Readonly<Record<string, AnyHandler>>;
  /** Kept by a store, since some standard method has no handler of the application's. */
  readonly stored: boolean;
  readonly unknownOptions: readonly string[];
}

/** Which rows a caller may see, in terms of their values. */
export type RowRule = (context: { readonly caller: Caller | null }) => unknown;

/** A field of a resource, to be named in versions. */
export interface FieldReference {
  readonly kind: "field";
  readonly resource: string;
  /** The name in the definition: `author`, not `authorId`. */
  readonly name: string;
  readonly field: Field;
}

/** One page of a list. */
export interface Page<Row> {
  readonly items: readonly Row[];
  /** Empty on the last page. */
  readonly nextPageToken: string;
}

export interface ListArgument {
  readonly pageSize?: number | undefined;
  readonly pageToken?: string | undefined;
  readonly filter?: string | undefined;
  readonly orderBy?: string | undefined;
}

/** What an item's methods take beside the id. */
export interface ItemArgument {
  readonly id: string;
  /** Only when the row has this version still. */
  readonly ifVersion?: number | undefined;
}

/**
 * What can happen to someone who watches. `snapshot`: a row that there is. `synced`: all up to this position has been told. `created`:
 * a row can be seen now, `updated`: it has changed, `deleted`: it cannot be seen any more; whether it is gone, has left the filter, or
 * a rule hides it now makes no difference. `missed`: changes were left out, for they were not taken fast enough.
 */
export const changeTypes = ["snapshot", "synced", "created", "updated", "deleted", "missed"] as const;
export type ChangeType = (typeof changeTypes)[number];

/** One thing that `watch` tells. What it has not is undefined. */
export interface Change<Row> {
  readonly type: ChangeType;
  /** Of the row that it is about; of all but `synced` and `missed`. */
  readonly id?: string | undefined;
  /** The row as it is now, of `snapshot`, `created` and `updated`. */
  readonly row?: Row | undefined;
  /** State it as `after` to go on from here; not there while a snapshot is not whole. */
  readonly position?: string | undefined;
  /** How many changes were left out, of `missed`. */
  readonly missed?: number | undefined;
}

/** What to tell someone who watches. */
export interface WatchArgument {
  /** Which rows, in the language of lists. */
  readonly filter?: string | undefined;
  /** Goes on after this position, and without a snapshot. Throws POSITION_EXPIRED where that is not possible any more. */
  readonly after?: string | undefined;
  /** Whether to begin with the rows that there are, where `after` is not stated. They are told where it is not said. */
  readonly snapshot?: boolean | undefined;
}

/** What is done with changes that someone who watches does not take. */
export const slowPolicies = ["close", "drop-oldest", "latest-per-key"] as const;

/** How a resource is watched. */
export interface WatchOptions {
  /** Changes that wait for one who watches; 1000 where it is not stated. */
  readonly buffer?: number;
  /**
   * What happens when more would wait. `close` (the default): the watch ends with WATCH_TOO_SLOW, and can go on from its last position.
   * `drop-oldest`: those that have waited longest are left out. `latest-per-key`: of each row only its latest change waits.
   * Both tell how many were left out.
   */
  readonly slow?: (typeof slowPolicies)[number];
}

/** A resource with the fields `F`. Its rows' type is `RowOf<F>`; each standard method is an operation. */
export interface Resource<F extends Fields = Fields> extends AnyResource, Typed<RowOf<F>> {
  readonly fields: { readonly [K in keyof F]: FieldReference };
  readonly list: Operation<ListArgument, Page<RowOf<F>>>;
  readonly get: Operation<{ readonly id: string }, RowOf<F>>;
  readonly create: Operation<CreateOf<F>, RowOf<F>>;
  readonly update: Operation<Flat<ItemArgument & UpdateOf<F>>, RowOf<F>>;
  readonly replace: Operation<Flat<ItemArgument & CreateOf<F>>, RowOf<F>>;
  readonly delete: Operation<ItemArgument, void>;
  readonly watch: Operation<WatchArgument, AsyncIterable<Change<RowOf<F>>>>;
  readonly batchGet: Operation<{ readonly ids: readonly string[] }, { readonly items: readonly RowOf<F>[] }>;
  readonly batchCreate: Operation<
    { readonly items: readonly CreateOf<F>[] },
    { readonly items: readonly RowOf<F>[] }
  >;
}
