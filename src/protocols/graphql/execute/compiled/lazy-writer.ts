import type { Shape, ValueWriter, WriteValue } from "./plan.ts";
import { compileWriter } from "./writers.ts";

/**
 * Compiles a writer when its value is written for the second time: compiling takes longer than writing a document's answer once with
 * care, and many documents are asked for only once.
 */
export class LazyWriter implements ValueWriter {
  readonly #shape: Shape;
  #isFirst: boolean;
  #write: WriteValue | null;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#isFirst = true;
    this.#write = null;
  }

  /** Null for the first time. */
  get write(): WriteValue | null {
    if (this.#write !== null) return this.#write;
    if (this.#isFirst) {
      this.#isFirst = false;
      return null;
    }
    this.#write = compileWriter(this.#shape);
    return this.#write;
  }
}
