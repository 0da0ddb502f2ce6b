import type { Ending, EndListener, EndSignal } from "./end-signal.ts";
import { Lasting } from "./lasting.ts";

/** One who may go away. The signal is asked for where there is something to end: most need none. */
export interface Leaver {
  readonly signal: AbortSignal;
}

/** Who never leaves. */
export const stayer: Leaver = { signal: new AbortController().signal };

/**
 * Those for whom something is done at once, and the signal that ends it: aborted, with the reason of the last one, once all of them have left. Nobody
 * is asked whether they have before it has lasted for a while: most is over by then, and has cost no listener.
 */
export class Company extends Lasting implements Ending, EndSignal {
  aborted: boolean;
  reason: unknown;
  readonly #members: Leaver[];
  readonly #listeners: EndListener[];
  /** Of those who have not left; null as long as nobody is asked. */
  #staying: Set<AbortSignal> | null;
  /** Ends listening. */
  #over: AbortController | null;
  #isDone: boolean;

  constructor() {
    super();
    this.aborted = false;
    this.reason = undefined;
    this.#members = [];
    this.#listeners = [];
    this.#staying = null;
    this.#over = null;
    this.#isDone = false;
  }

  get signal(): EndSignal {
    return this;
  }

  join(member: Leaver): void {
    this.#members.push(member);
    if (this.#staying !== null) this.#watch(member.signal, this.#staying);
  }

  /** Now there is something that may be ended. */
  addEventListener(_type: "abort", listener: EndListener): void {
    this.#listeners.push(listener);
    if (!this.#isDone && this.#staying === null) this.begin();
  }

  removeEventListener(_type: "abort", listener: EndListener): void {
    const index = this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners.splice(index, 1);
  }

  /** It is done: nobody is listened to any more. */
  end(): void {
    this.#isDone = true;
    this.leave();
    this.#over?.abort();
  }

  protected override lasts(): void {
    this.#over = new AbortController();
    const staying = new Set<AbortSignal>();
    this.#staying = staying;
    for (const { signal } of this.#members) this.#watch(signal, staying);
    const last = this.#members.at(-1);
    if (last !== undefined && staying.size === 0) this.#abandon(last.signal);
  }

  #watch(signal: AbortSignal, staying: Set<AbortSignal>): void {
    if (signal.aborted || this.#over === null) return;
    staying.add(signal);
    const left = (): void => {
      staying.delete(signal);
      if (staying.size === 0) this.#abandon(signal);
    };
    signal.addEventListener("abort", left, { once: true, signal: this.#over.signal });
  }

  #abandon(last: AbortSignal): void {
    this.end();
    this.aborted = true;
    this.reason = last.reason;
    for (const listener of [...this.#listeners]) listener.handleEvent();
  }
}
