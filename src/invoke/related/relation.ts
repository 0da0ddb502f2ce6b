import type { Awaitable } from "../../base/awaitable.ts";
import { everyRow } from "../../schema/condition.ts";
import type { Columns, ListQuery } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { PageTokens } from "../paging.ts";
import type { Row } from "../reveal.ts";

/** What a row refers to, or what refers to it. */
export type Relation = OneRelation | ManyRelation;

interface CommonRelation {
  /** The name of the reference, or the name that it gives the other way round. */
  readonly name: string;
  /** The name of the reference in its resource's definition. */
  readonly field: string;
  /** The resource that has the reference. */
  readonly owner: string;
  /** The resource whose rows are found. */
  readonly target: string;
}

/** The row that a row refers to. */
export interface OneRelation extends CommonRelation {
  readonly many: false;
  /**
   * Finds it for each of `rows` (null for null), in their order; the rules of the target hold. One read for all of them, and for
   * others who ask in the same turn of the event loop; no columns but these, where they are stated.
   */
  load(call: Call, rows: readonly (Row | null)[], columns?: Columns): Awaitable<readonly (Row | null)[]>;
}

/** The rows that refer to a row. */
export interface ManyRelation extends CommonRelation {
  readonly many: true;
  /** The key of the reference in the rows that are found: `authorId`. */
  readonly key: string;
  /**
   * Names the places after which pages of the target go on; null for rows that a handler finds, which answers what comes first and
   * knows neither filter nor order.
   */
  readonly tokens: PageTokens | null;
  /** Finds a page of them for each of `rows`, in the same way. */
  load(call: Call, rows: readonly (Row | null)[], query: RelatedQuery): Awaitable<readonly RelatedRows[]>;
}

/** Which of the rows that refer to a row: the same for all that they are found for. `limit` is for each. */
export type RelatedQuery = ListQuery;

/** The first rows that refer to a row, and whether there are more. */
export interface RelatedRows {
  readonly items: readonly Row[];
  readonly hasMore: boolean;
}

/** The first rows by their ids. */
export function firstRelated(limit: number): RelatedQuery {
  return { where: everyRow, order: [], limit, after: null };
}
