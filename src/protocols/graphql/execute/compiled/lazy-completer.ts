import { compileCompleter } from "./completers.ts";
import type { CompleteValue, Shape, ValueCompleter } from "./plan.ts";

/**
 * Compiles a completer when it is asked for the second time: compiling takes longer than completing a document's values once with
 * care, and many documents are asked for only once.
 */
export class LazyCompleter implements ValueCompleter {
  readonly #shape: Shape;
  #isFirst: boolean;
  #complete: CompleteValue | null;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.#isFirst = true;
    this.#complete = null;
  }

  /** Null for the first time. */
  get complete(): CompleteValue | null {
    if (this.#complete !== null) return this.#complete;
    if (this.#isFirst) {
      this.#isFirst = false;
      return null;
    }
    this.#complete = compileCompleter(this.#shape);
    return this.#complete;
  }
}
