import type { EndSignal } from "../../../base/end-signal.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { Result, Statement } from "./statement.ts";

/** Somebody who waits for a connection. */
export interface Waiter {
  /** When the wait began, by `performance.now()`. */
  since: number;
  /** Who hears it when the caller gives up: the queue, or a connection. */
  owner: Abandonable | null;
  fail(reason: unknown): void;
}

/** Hears that a caller has given up. */
export interface Abandonable {
  abandon(waiter: Waiter): void;
}

/** A statement on its way: it waits for a connection, then for its answer. Its promise settles once, whoever comes first. */
export class Execution implements Waiter {
  readonly statement: Statement;
  /** Whether it may be run again although it may have been run. */
  readonly readOnly: boolean;
  since: number;
  readonly promise: Promise<Result>;
  owner: Abandonable | null;
  /** Times that it has been run again. */
  repeats: number;
  /** Whether its name is left out. */
  unnamed: boolean;
  settled: boolean;
  /** Null where nobody can give up. */
  readonly #signal: EndSignal | null;
  readonly #resolve: (result: Result) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(statement: Statement, signal: EndSignal | null, readOnly: boolean) {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    this.statement = statement;
    this.readOnly = readOnly;
    this.since = performance.now();
    this.promise = promise;
    this.owner = null;
    this.repeats = 0;
    this.unnamed = false;
    this.settled = false;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    // It listens itself: V8 would keep all that a closure of its own has read until the old generation is collected.
    signal?.addEventListener("abort", this);
  }

  answer(result: Result): void {
    if (this.#settle()) this.#resolve(result);
  }

  fail(reason: unknown): void {
    if (this.#settle()) this.#reject(reason);
  }

  /** The signal was aborted. */
  handleEvent(): void {
    this.fail(abortReason(this.#signal));
    this.owner?.abandon(this);
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.#signal?.removeEventListener("abort", this);
    return true;
  }
}

/** Why a signal was aborted, if it says so as an error of fourfold's; else DEADLINE_EXCEEDED or CANCELLED. */
export function abortReason(signal: EndSignal | null): unknown {
  const reason: unknown = signal?.reason;
  if (reason instanceof Error && "kind" in reason) return reason;
  const isTimeout = reason instanceof Error && reason.name === "TimeoutError";
  return frameworkError(isTimeout ? "DEADLINE_EXCEEDED" : "CANCELLED", undefined, { cause: reason });
}
