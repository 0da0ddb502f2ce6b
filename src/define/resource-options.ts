import type { Awaitable } from "../base/awaitable.ts";
import type { AnyErrorDefinition } from "../errors/error.ts";
import type { Fields } from "../schema/field.ts";
import type { CreateOf, Flat, RefsOf, RowOf, UpdateOf } from "../schema/types.ts";
import type { CacheOptions } from "./cache.ts";
import type { Caller } from "./caller.ts";
import type { HandlerContext } from "./context.ts";
import type { Where } from "./database.ts";
import type { ItemArgument, ListArgument, Page, StandardMethod, WatchOptions } from "./definition.ts";
import type { GraphqlOptions } from "./graphql.ts";
import type { Rule } from "./rule.ts";

/** Handlers of the application's own for standard methods. */
export interface ResourceHandlers<F extends Fields> {
  readonly list?: (context: HandlerContext<ListArgument>) => Awaitable<Page<RowOf<F>>>;
  readonly get?: (context: HandlerContext<{ readonly id: string }>) => Awaitable<RowOf<F> | null>;
  /** Rows by their ids, in the order of these, null for each that there is none of; what rows refer to is found by it. */
  readonly batchGet?: (
    context: HandlerContext<{ readonly ids: readonly string[] }>,
  ) => Awaitable<readonly (RowOf<F> | null)[]>;
  readonly create?: (context: HandlerContext<CreateOf<F>>) => Awaitable<RowOf<F>>;
  readonly update?: (context: HandlerContext<Flat<ItemArgument & UpdateOf<F>>>) => Awaitable<RowOf<F> | null>;
  readonly replace?: (
    context: HandlerContext<Flat<ItemArgument & CreateOf<F>>>,
  ) => Awaitable<RowOf<F> | null>;
  readonly delete?: (context: HandlerContext<ItemArgument>) => Awaitable<boolean>;
}

/** For which rows those are asked for that refer to them, and how many for each: what is beyond is left out. */
export interface RelatedInput {
  readonly ids: readonly string[];
  readonly limit: number;
}

/** How rows are found by references of theirs, many at a time: a list for each id, in the order of the ids. */
export type RelatedHandlers<F extends Fields> = {
  readonly [K in RefsOf<F>]?: (
    context: HandlerContext<RelatedInput>,
  ) => Awaitable<readonly (readonly RowOf<F>[])[]>;
};

/** What a resource may be told. */
export interface ResourceOptions<F extends Fields> {
  readonly fields: F;
  readonly description?: string;
  /** In lower camel case, where adding an s is not right. */
  readonly plural?: string;
  /** The standard methods that there are; all where it is not stated (only those with handlers, if there are handlers). */
  readonly methods?: readonly StandardMethod[];
  readonly handlers?: ResourceHandlers<F>;
  /** Beside `handlers`: how those that refer to a row are found, by the name of the reference. */
  readonly related?: RelatedHandlers<F>;
  readonly cache?: CacheOptions;
  readonly allow?: ResourceAllow<F>;
  readonly pageSize?: { readonly default?: number; readonly max?: number };
  readonly batchMax?: number;
  /** Whether changing a row must state the version that was seen (If-Match): 428 without. */
  readonly requireMatch?: boolean;
  /** What becomes of those who watch its rows and take too long. */
  readonly watch?: WatchOptions;
  /** Raised for an id without a row, instead of `{NAME}_NOT_FOUND`. */
  readonly notFound?: AnyErrorDefinition;
  /** The application's errors that the standard methods' handlers may raise. */
  readonly errors?: readonly AnyErrorDefinition[];
  readonly deadline?: number | string;
  /** How its commands are shown in GraphQL. */
  readonly graphql?: GraphqlOptions;
}

/** Who may do what. */
export interface ResourceAllow<F extends Fields> {
  /** Who may call the methods: one rule for all, or one for each. */
  readonly call?: Rule | Partial<Readonly<Record<StandardMethod, Rule>>>;
  /** Which rows a caller sees: all, none, or those that meet conditions. The others are not found. */
  readonly rows?: (context: { readonly caller: Caller | null }) => boolean | Where<F>;
  /** Who sees a field; others get null. */
  readonly fields?: { readonly [K in keyof F]?: Rule };
}
