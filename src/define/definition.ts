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

/** One change of a row, as `watch` gives it. */
export interface Change<Row> {
  readonly type: "created" | "updated" | "deleted";
  readonly id: string;
  readonly row: Row | null;
  readonly position: string;
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
  readonly watch: Operation<
    { readonly filter?: string; readonly after?: string },
    AsyncIterable<Change<RowOf<F>>>
  >;
  readonly batchGet: Operation<{ readonly ids: readonly string[] }, { readonly items: readonly RowOf<F>[] }>;
  readonly batchCreate: Operation<
    { readonly items: readonly CreateOf<F>[] },
    { readonly items: readonly RowOf<F>[] }
  >;
}
