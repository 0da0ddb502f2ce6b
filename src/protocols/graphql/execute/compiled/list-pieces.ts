import type { JsonValue } from "../../../../base/json.ts";
import { PiecedList, PieceSize, toPiece } from "../pieced-list.ts";
import { ItemPieces, ItemWriter } from "./item-writer.ts";
import { type KnownItem, KnownItems } from "./known-items.ts";
import { compileMatcher, type MatchValue } from "./matchers.ts";
import type { Gathered, Shape } from "./plan.ts";

/** Completes some items of a list. */
export type CompleteItems = (
  list: readonly unknown[],
  run: Gathered,
  from: number,
  to: number,
) => readonly JsonValue[];

/**
 * Completes a long list and writes it, piece by piece: an item's value is garbage by the time that the next piece is made, and so
 * never leaves V8's young generation. An item whose values are the same as when it was written last is not written again, wherever it
 * stands in which page. They are compared by value, whoever asks: that is right whatever the rows are, and takes a tenth of the time that
 * writing does.
 */
export class ListPieces {
  readonly #of: Shape;
  readonly #complete: CompleteItems;
  readonly #size: PieceSize;
  readonly #known: KnownItems;
  readonly #writer: ItemWriter;
  /** Null for items that cannot be compared; undefined until there is something to compare. */
  #matches: MatchValue | null | undefined;

  constructor(of: Shape, complete: CompleteItems) {
    this.#of = of;
    this.#complete = complete;
    this.#size = new PieceSize();
    this.#known = new KnownItems();
    this.#writer = new ItemWriter();
    this.#matches = undefined;
  }

  complete(list: readonly unknown[], run: Gathered): PiecedList {
    if (this.#matches === null || !this.#known.recall()) return this.#write(list, run);
    this.#matches ??= compileMatcher(this.#of);
    return this.#matches === null ? this.#write(list, run) : this.#compare(list, run, this.#matches);
  }

  #write(list: readonly unknown[], run: Gathered): PiecedList {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < list.length; ) {
      const items = this.#complete(list, run, at, Math.min(list.length, at + this.#size.items));
      const bytes = toPiece(items, at === 0);
      this.#size.learn(items.length, bytes);
      pieces.push(bytes);
      at += items.length;
    }
    return new PiecedList(pieces);
  }

  #compare(list: readonly unknown[], run: Gathered, matches: MatchValue): PiecedList {
    const pieces = new ItemPieces();
    const next = [...run.next];
    let found = 0;
    let same = 0;
    for (let at = 0; at < list.length; at++) {
      const key = keyOf(list[at], at);
      const known = this.#known.get(key);
      if (known !== undefined) found++;
      if (known !== undefined && isSame(matches, list[at], known.value, run)) {
        same++;
        pieces.add(this.#known.isOld(key) ? this.#keep(key, this.#writer.copy(known)) : known);
      } else {
        // Comparing may have gone some way through what is below.
        for (let level = 0; level < next.length; level++) run.next[level] = next[level] ?? 0;
        const [value = null] = this.#complete(list, run, at, at + 1);
        pieces.add(this.#keep(key, this.#writer.write(value)));
      }
      for (let level = 0; level < next.length; level++) next[level] = run.next[level] ?? 0;
    }
    this.#known.settle({ items: list.length, found, same });
    return new PiecedList(pieces.finish());
  }

  #keep(key: unknown, item: KnownItem): KnownItem {
    this.#known.set(key, item);
    return item;
  }
}

function isSame(matches: MatchValue, item: unknown, known: JsonValue, run: Gathered): boolean {
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
