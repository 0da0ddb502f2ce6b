import { LRUCache } from "lru-cache";
import type { JsonValue } from "../../../../base/json.ts";

/** A piece of a list as it was written. */
export interface KnownPiece {
  /** The items that it was written of. */
  readonly items: readonly JsonValue[];
  readonly bytes: Uint8Array;
}

/** What all lists' last answers may take together, and one of them. In bytes. */
const mostBytes = 64 * 1024 * 1024;
const mostOfOne = 32 * 1024 * 1024;
/** A piece's items and their texts, by its bytes: about that, measured for rows with short texts. */
const weightOfByte = 4;
/** Answers after which it is tried again whether a list stays the same, at the most. */
const longestPause = 1024;

const none: readonly KnownPiece[] = [];

/** Those that are kept, by their weight. */
const kept = new LRUCache<LastAnswer, number>({
  maxSize: mostBytes,
  sizeCalculation: (weight) => weight,
  noDisposeOnSet: true,
  dispose: (_, answer) => answer.forget(),
});

/**
 * The pieces that one list of one document was last answered with. A list that is another one each time is soon not kept any more: after
 * each answer that had less than half of the last one's pieces, twice as many go by before it is tried again.
 */
export class LastAnswer {
  #pieces: readonly KnownPiece[] = none;
  #pause = 1;
  #waiting = 0;

  /** The pieces to compare the next answer with, none at first; null where it is neither compared nor kept. */
  recall(): readonly KnownPiece[] | null {
    if (this.#waiting === 0) return this.#pieces;
    this.#waiting--;
    return null;
  }

  /** Takes the pieces of the next answer. `same`: those among them that are the last one's. */
  keep(pieces: readonly KnownPiece[], same: number): void {
    const before = this.#pieces.length;
    if (before > 0 && same * 2 < before) this.#giveUp(Math.min(this.#pause * 2, longestPause));
    else if (before > 0 && same === before && pieces.length === before) this.#proved();
    else this.#replace(pieces);
  }

  forget(): void {
    this.#pieces = none;
  }

  #proved(): void {
    this.#pause = 1;
    kept.get(this);
  }

  #replace(pieces: readonly KnownPiece[]): void {
    let weight = 0;
    for (const { bytes } of pieces) weight += bytes.length * weightOfByte;
    if (weight > mostOfOne) this.#giveUp(longestPause);
    else {
      this.#pieces = pieces;
      kept.set(this, Math.max(1, weight));
    }
  }

  #giveUp(pause: number): void {
    this.#pause = pause;
    this.#waiting = pause;
    kept.delete(this);
    this.forget();
  }
}
