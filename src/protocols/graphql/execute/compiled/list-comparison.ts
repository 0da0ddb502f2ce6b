import type { JsonValue } from "../../../../base/json.ts";
import { PiecedList } from "../pieced-list.ts";
import { ItemPieces, type ItemWriter } from "./item-writer.ts";
import type { KnownItem, KnownItems } from "./known-items.ts";
import type { MatchValue } from "./matchers.ts";
import type { CompleteItems, Gathered } from "./plan.ts";

/** What the items of one answer are compared with, and written by. */
export interface ListComparisonTools {
  readonly list: readonly unknown[];
  readonly run: Gathered;
  readonly matches: MatchValue;
  readonly known: KnownItems;
  readonly writer: ItemWriter;
  readonly complete: CompleteItems;
}

/** Puts one answer's list together: of items that are known and are the same, and of those that are written now. */
export class ListComparison {
  readonly #tools: ListComparisonTools;
  readonly #pieces: ItemPieces;
  /** Where in each level the item begins. */
  readonly #next: number[];
  #before: KnownItem | undefined;
  #found: number;
  #same: number;

  constructor(tools: ListComparisonTools) {
    this.#tools = tools;
    this.#pieces = new ItemPieces();
    this.#next = [...tools.run.next];
    this.#before = undefined;
    this.#found = 0;
    this.#same = 0;
  }

  /** Adds the list's next item. */
  add(at: number): void {
    const { list, known } = this.#tools;
    // The common case: it comes behind the same item as when it was written. Then it needs not be found.
    const after = this.#before === undefined ? undefined : known.after(this.#before);
    const item = after !== undefined && this.#isSame(list[at], after) ? this.#count(after) : this.#find(at);
    this.#pieces.add(item);
    this.#before = item;
    const { next } = this.#tools.run;
    for (let level = 0; level < next.length; level++) this.#next[level] = next[level] ?? 0;
  }

  finish(): PiecedList {
    const { known, list } = this.#tools;
    known.settle({ items: list.length, found: this.#found, same: this.#same });
    return new PiecedList(this.#pieces.finish());
  }

  #count(item: KnownItem): KnownItem {
    this.#found++;
    this.#same++;
    return item;
  }

  #find(at: number): KnownItem {
    const { list, run, known, writer, complete } = this.#tools;
    const key = keyOf(list[at], at);
    const young = known.young(key);
    const found = young ?? known.old(key);
    if (found !== undefined && this.#isSame(list[at], found))
      return this.#count(young ?? known.set(key, writer.copy(found)));
    if (found !== undefined) this.#found++;
    const [value = null] = complete(list, run, at, at + 1);
    return known.set(key, writer.write(value));
  }

  #isSame(item: unknown, { value }: KnownItem): boolean {
    const { run, matches } = this.#tools;
    if (isMatch(matches, item, value, run)) return true;
    // Comparing may have gone some way through what is below.
    for (let level = 0; level < this.#next.length; level++) run.next[level] = this.#next[level] ?? 0;
    return false;
  }
}

function isMatch(matches: MatchValue, item: unknown, known: JsonValue, run: Gathered): boolean {
  try {
    return matches(item, known, run);
  } catch {
    // A value that is not as it should be: whoever completes it says so.
    return false;
  }
}

/** What an item is found by: the id of a row, or of an edge's; the place of anything else. It is compared whatever it is found by. */
function keyOf(item: unknown, at: number): unknown {
  if (typeof item !== "object" || item === null) return at;
  if ("id" in item) return item.id;
  const { node } = "node" in item ? item : noNode;
  return typeof node === "object" && node !== null && "id" in node ? node.id : at;
}

const noNode: { readonly node: unknown } = { node: null };
