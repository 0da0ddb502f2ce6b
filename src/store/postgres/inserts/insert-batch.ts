import type { Batch } from "../../joined/turn.ts";
import type { EncodedRow } from "./insert-statements.ts";
import type { Inserter } from "./inserter.ts";

/** Characters and octets of the rows of one statement, in all. */
const mostText = 1 << 18;

/** Those whose rows are to be written together. */
export class InsertBatch implements Batch {
  /** No two have the same id: rows are told to their inserters by it. */
  readonly #inserters: Map<string, Inserter>;
  readonly #write: (inserters: readonly Inserter[]) => void;
  #text: number;
  /** Nobody joins it any more. */
  isSent: boolean;

  constructor(write: (inserters: readonly Inserter[]) => void) {
    this.#inserters = new Map();
    this.#write = write;
    this.#text = 0;
    this.isSent = false;
  }

  get size(): number {
    return this.#inserters.size;
  }

  /** The first one always may. */
  mayJoin({ id, encoded }: Inserter): boolean {
    if (this.isSent || this.#inserters.has(id)) return false;
    return this.size === 0 || this.#text + textOf(encoded) <= mostText;
  }

  join(inserter: Inserter): void {
    this.#inserters.set(inserter.id, inserter);
    this.#text += textOf(inserter.encoded);
  }

  /** Once: it may be due for more than one reason. */
  send(): void {
    if (this.isSent) return;
    this.isSent = true;
    this.#write([...this.#inserters.values()]);
  }
}

function textOf(row: EncodedRow): number {
  let sum = 0;
  for (const value of row) sum += value?.length ?? 0;
  return sum;
}
