/** One who may go away. The signal is asked for where there is something to end: most need none. */
export interface Leaver {
  readonly signal: AbortSignal;
}

/** Milliseconds before anybody is asked whether they have left: most of what is done for several is over by then. */
const patience = 50;

/** Who never leaves. */
export const stayer: Leaver = { signal: new AbortController().signal };

/**
 * The signal of what is done for several: aborted, with the reason of the last one, once all of them have left. What asks for no signal costs
 * no timer and no listener.
 */
export class SharedSignal implements Leaver {
  readonly #abandoned: () => void;
  readonly #members: Leaver[];
  #controller: AbortController | null;
  #timer: NodeJS.Timeout | undefined;
  /** Of those who have not left; null as long as nobody is asked. */
  #staying: Set<AbortSignal> | null;
  /** Ends listening. */
  #over: AbortController | null;
  #isDone: boolean;

  /** `abandoned` is told before the signal is aborted: nobody must join from then on. */
  constructor(abandoned: () => void) {
    this.#abandoned = abandoned;
    this.#members = [];
    this.#controller = null;
    this.#timer = undefined;
    this.#staying = null;
    this.#over = null;
    this.#isDone = false;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (!this.#isDone) this.#timer = setTimeout(() => this.#listen(), patience);
    }
    return this.#controller.signal;
  }

  join(member: Leaver): void {
    this.#members.push(member);
    if (this.#staying !== null) this.#watch(member.signal, this.#staying);
  }

  /** It is done: nobody is listened to any more. */
  end(): void {
    clearTimeout(this.#timer);
    this.#isDone = true;
    this.#over?.abort();
  }

  #listen(): void {
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
    const leave = (): void => {
      staying.delete(signal);
      if (staying.size === 0) this.#abandon(signal);
    };
    signal.addEventListener("abort", leave, { once: true, signal: this.#over.signal });
  }

  #abandon(last: AbortSignal): void {
    this.end();
    this.#abandoned();
    this.#controller?.abort(last.reason);
  }
}
