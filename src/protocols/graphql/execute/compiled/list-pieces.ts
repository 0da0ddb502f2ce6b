import type { JsonValue } from "../../../../base/json.ts";
import { PiecedList, PieceSize, toPiece } from "../pieced-list.ts";
import { type KnownPiece, LastAnswer } from "./last-answer.ts";
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
 * never leaves V8's young generation. A piece whose values are the same as in the list's last answer is not written again. They are
 * compared by value, whoever asks: that is right whatever the rows are, and takes a tenth of the time that writing does.
 */
export class ListPieces {
  readonly #of: Shape;
  readonly #complete: CompleteItems;
  readonly #size: PieceSize;
  readonly #last: LastAnswer;
  /** Null for items that cannot be compared; undefined until there is something to compare. */
  #matches: MatchValue | null | undefined;

  constructor(of: Shape, complete: CompleteItems) {
    this.#of = of;
    this.#complete = complete;
    this.#size = new PieceSize();
    this.#last = new LastAnswer();
    this.#matches = undefined;
  }

  complete(list: readonly unknown[], run: Gathered): PiecedList {
    const known = this.#matches === null ? null : this.#last.recall();
    return known === null ? this.#write(list, run) : this.#compare(list, run, known);
  }

  #write(list: readonly unknown[], run: Gathered): PiecedList {
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < list.length; ) {
      const { items, bytes } = this.#piece(list, run, at, this.#size.items);
      pieces.push(bytes);
      at += items.length;
    }
    return new PiecedList(pieces);
  }

  #compare(list: readonly unknown[], run: Gathered, known: readonly KnownPiece[]): PiecedList {
    const pieces: KnownPiece[] = [];
    let same = 0;
    for (let at = 0; at < list.length; ) {
      const before = this.#standing(known, pieces.length, at, list.length);
      const isSame = before !== null && this.#isSame(before, list, run, at);
      // What comes after a piece that has changed stays at its place where as many items are made anew.
      const piece = isSame
        ? before
        : this.#piece(list, run, at, before === null ? this.#size.items : before.items.length);
      if (isSame) same++;
      pieces.push(piece);
      at += piece.items.length;
    }
    this.#last.keep(pieces, same);
    return new PiecedList(pieces.map(({ bytes }) => bytes));
  }

  #piece(list: readonly unknown[], run: Gathered, at: number, count: number): KnownPiece {
    const items = this.#complete(list, run, at, Math.min(list.length, at + count));
    const bytes = toPiece(items, at === 0);
    this.#size.learn(items.length, bytes);
    return { items, bytes };
  }

  /** The piece that was at a place, and that may stand there again; null for none. */
  #standing(known: readonly KnownPiece[], index: number, at: number, length: number): KnownPiece | null {
    const piece = known[index];
    if (piece === undefined) return null;
    const after = at + piece.items.length;
    if (after > length) return null;
    // The last one of a list that has grown since: it would stay short for ever.
    const isShort = index === known.length - 1 && piece.items.length * 2 < this.#size.items;
    return isShort && after < length ? null : piece;
  }

  /** Whether the items from `at` on are those of a piece. */
  #isSame({ items }: KnownPiece, list: readonly unknown[], run: Gathered, at: number): boolean {
    this.#matches ??= compileMatcher(this.#of);
    if (this.#matches === null) return false;
    const next = [...run.next];
    if (matchAll(this.#matches, list, items, run, at)) return true;
    for (const [level, index] of next.entries()) run.next[level] = index;
    return false;
  }
}

function matchAll(
  matches: MatchValue,
  list: readonly unknown[],
  items: readonly JsonValue[],
  run: Gathered,
  at: number,
): boolean {
  try {
    for (let index = 0; index < items.length; index++)
      if (!matches(list[at + index], items[index] ?? null, run)) return false;
    return true;
  } catch {
    // A value that is not as it should be: whoever completes it says so.
    return false;
  }
}
