import type { RowValues, StoredRow } from "../../../schema/table.ts";
import type { Asker } from "../../store.ts";
import { abortReason } from "../pool/execution.ts";
import type { EncodedRow } from "./insert-statements.ts";

/** One who inserts a row, and waits for it. */
export class Inserter {
  readonly values: RowValues;
  readonly encoded: EncodedRow;
  /** As PostgreSQL gives it back. */
  readonly id: string;
  readonly asker: Asker | null;
  readonly promise: Promise<StoredRow | null>;
  readonly resolve: (row: StoredRow | null) => void;
  readonly reject: (reason: unknown) => void;
  hasLeft: boolean;
  #signal: AbortSignal | null;
  #leave: (() => void) | null;

  constructor(values: RowValues, encoded: EncodedRow, asker: Asker | null) {
    const { promise, resolve, reject } = Promise.withResolvers<StoredRow | null>();
    this.values = values;
    this.encoded = encoded;
    this.id = String(encoded[0]).toLowerCase();
    this.asker = asker;
    this.promise = promise;
    this.resolve = resolve;
    this.reject = reject;
    this.hasLeft = false;
    this.#signal = null;
    this.#leave = null;
  }

  /** From now on they may leave, of which `left` is told. The signal is asked for only here: most need none. */
  mayLeave(left: () => void): void {
    if (this.asker === null) return;
    const { signal } = this.asker;
    const leave = (): void => {
      this.hasLeft = true;
      this.reject(abortReason(signal));
      left();
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    this.#signal = signal;
    this.#leave = leave;
  }

  /** What they wait for has come to its end. */
  stay(): void {
    if (this.#leave !== null) this.#signal?.removeEventListener("abort", this.#leave);
    this.#leave = null;
  }
}
