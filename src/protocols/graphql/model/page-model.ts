import { PageTokens } from "../../../invoke/paging.ts";
import type { Input } from "../../../plan/codec/object-reader.ts";
import { parseOrder } from "../../../plan/filter/order.ts";
import { parseFilter } from "../../../plan/filter/parse.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import type { ListQuery } from "../../../store/store.ts";

/** A row of a page, by today's keys. */
export type PageRow = Readonly<Record<string, unknown>>;

/** What the fields of a list or a connection are made of. */
export interface Page {
  readonly rows: readonly PageRow[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Of one of the rows. */
  readonly cursor: (row: PageRow) => string;
}

/** A list that comes in pages. Inputs are those that the field's binding reads: `pageSize`, `pageToken`, `filter`, `orderBy`. */
export class PageModel {
  /** The argument that says how many rows. */
  readonly argument = "first";
  /** Rows where the argument is not stated or null. */
  readonly default: number;
  /** Rows at most: a larger number is lowered to it (AIP-158). */
  readonly max: number;
  /** The resource as the version has it, whose rows come. */
  readonly view: ResourceView;
  readonly #today: ResourceView;
  readonly #tokens: PageTokens;

  constructor(view: ResourceView, today: ResourceView) {
    const { default: usual, max } = view.resource.definition.pageSize;
    this.default = Math.min(usual, max);
    this.max = max;
    this.view = view;
    this.#today = today;
    this.#tokens = new PageTokens(today);
  }

  /** Rows that a page has at most, by the argument's value; none only where none are asked for. */
  size(first: unknown): number {
    return typeof first === "number" ? Math.min(Math.max(0, first), this.max) : this.default;
  }

  /**
   * Which rows a page of related rows begins with, for any row that they refer to. `limit` is the size, and one where that is none:
   * it tells whether there is a next page.
   */
  query(input: Input, size: number): ListQuery {
    const order = this.#order(input);
    const filter = filterOf(input);
    const token = tokenOf(input);
    return {
      where: parseFilter(filter, this.#today.filterable),
      order,
      limit: Math.max(1, size),
      after: token === "" ? null : this.#tokens.decode(token, order, filter),
    };
  }

  /** The page of rows that were read, `hasMore` of which there are. */
  page(input: Input, size: number, rows: readonly PageRow[], hasMore: boolean): Page {
    return {
      rows: size === 0 ? [] : rows,
      hasNextPage: hasMore || (size === 0 && rows.length > 0),
      hasPreviousPage: tokenOf(input) !== "",
      cursor: this.#cursors(input),
    };
  }

  /** The rows of what an operation that lists answers. */
  rows(_input: Input, size: number, answer: unknown): readonly PageRow[] {
    return size === 0 ? [] : (answer as { readonly items: readonly PageRow[] }).items;
  }

  /** The page of what an operation that lists answers: `items` and `nextPageToken`. */
  pageOf(input: Input, size: number, answer: unknown): Page {
    const { items, nextPageToken } = answer as {
      readonly items: readonly PageRow[];
      readonly nextPageToken?: string;
    };
    return this.page(input, size, items, (nextPageToken ?? "") !== "");
  }

  #cursors(input: Input): (row: PageRow) => string {
    const order = this.#order(input);
    const filter = filterOf(input);
    return (row) => this.#tokens.encode(row, order, filter);
  }

  #order({ orderBy }: Input): ReturnType<typeof parseOrder> {
    return parseOrder(typeof orderBy === "string" ? orderBy : "", this.#today.filterable);
  }
}

function filterOf({ filter }: Input): string {
  return typeof filter === "string" ? filter : "";
}

function tokenOf({ pageToken }: Input): string {
  return typeof pageToken === "string" ? pageToken : "";
}
