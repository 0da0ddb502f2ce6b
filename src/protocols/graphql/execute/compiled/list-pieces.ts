import { PiecedList, PieceSize, toPiece } from "../pieced-list.ts";
import { ItemWriter } from "./item-writer.ts";
import { KnownItems } from "./known-items.ts";
import { ListComparison } from "./list-comparison.ts";
import { compileMatcher, type MatchValue } from "./matchers.ts";
import type { CompleteItems, Gathered, Shape } from "./plan.ts";

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
    const tools = { list, run, matches, known: this.#known, writer: this.#writer, complete: this.#complete };
    const comparison = new ListComparison(tools);
    for (let at = 0; at < list.length; at++) comparison.add(at);
    return comparison.finish();
  }
}
