import { type Awaitable, isPromise, whenReady } from "../../base/awaitable.ts";
import type { AnyResource } from "../../define/definition.ts";
import type { Call } from "../call.ts";
import { type FieldRule, fieldRulesOf, type Row, revealRows } from "../reveal.ts";
import type { Step } from "../step.ts";
import { permission, whenPermitted } from "./permission.ts";
import type { RelatedQuery, RelatedRows } from "./relation.ts";

/** Reads the rows that refer to each id, in the order of the ids: one more than the page has, where there are more. */
export type ReadRelated = (
  call: Call,
  ids: readonly string[],
  query: RelatedQuery,
) => Awaitable<readonly (readonly Row[])[]>;

/** Finds the rows that refer to rows. */
export class RelatedLoader {
  readonly #key: string;
  readonly #read: ReadRelated;
  readonly #permit: Step | null;
  readonly #rules: readonly FieldRule[];
  readonly #hidesKey: boolean;
  /** Nobody is asked for a permission, and nothing is hidden. */
  readonly #isPlain: boolean;

  constructor(options: { target: AnyResource; key: string; read: ReadRelated }) {
    const { target, key, read } = options;
    this.#key = key;
    this.#read = read;
    this.#permit = permission(target.definition.operations.list);
    this.#rules = fieldRulesOf(target);
    this.#hidesKey = this.#rules.some((rule) => rule.key === key);
    this.#isPlain = this.#permit === null && this.#rules.length === 0;
  }

  load(call: Call, rows: readonly (Row | null)[], query: RelatedQuery): Awaitable<readonly RelatedRows[]> {
    const ids: string[] = [];
    for (const row of rows) if (row !== null) ids.push(String(row["id"]));
    if (ids.length === 0) return rows.map(() => none);
    const { limit } = query;
    if (this.#isPlain) {
      const lists = this.#read(call, ids, query);
      // The common case: no rules, and a handler or a table that answers at once.
      if (!isPromise(lists)) return spread(rows, toPages(lists, limit));
      return lists.then((found) => spread(rows, toPages(found, limit)));
    }
    return whenPermitted(this.#permit, call, () =>
      whenReady(this.#read(call, ids, query), (lists) =>
        whenReady(this.#reveal(lists, ids, limit, call), (found) => spread(rows, found)),
      ),
    );
  }

  #reveal(
    lists: readonly (readonly Row[])[],
    ids: readonly string[],
    limit: number,
    { caller }: Call,
  ): Awaitable<readonly RelatedRows[]> {
    const pages = toPages(lists, limit);
    if (this.#rules.length === 0) return pages;
    const all = pages.flatMap(({ items }) => items);
    return whenReady(revealRows(all, this.#rules, caller), (shown) => {
      let next = 0;
      return pages.map(({ items, hasMore }, index) => {
        const own = shown.slice(next, next + items.length);
        next += items.length;
        return this.#hidesKey ? this.#withoutHidden(own, hasMore, ids[index]) : { items: own, hasMore };
      });
    });
  }

  /** Who may not see whom a row refers to must not find out from this side either. */
  #withoutHidden(items: readonly Row[], hasMore: boolean, id: string | undefined): RelatedRows {
    const seen = items.filter((row) => row[this.#key] === id);
    return { items: seen, hasMore: hasMore && seen.length === items.length };
  }
}

const none: RelatedRows = { items: [], hasMore: false };

function toPages(lists: readonly (readonly Row[])[], limit: number): readonly RelatedRows[] {
  return lists.map((list) => toPage(list, limit));
}

function toPage(rows: readonly Row[], limit: number): RelatedRows {
  return rows.length <= limit
    ? { items: rows, hasMore: false }
    : { items: rows.slice(0, limit), hasMore: true };
}

/** What is no row has none. */
function spread(rows: readonly (Row | null)[], found: readonly RelatedRows[]): readonly RelatedRows[] {
  if (found.length === rows.length) return found;
  let next = 0;
  return rows.map((row) => (row === null ? none : (found[next++] ?? none)));
}
