/** Events on their way to several processes, until each has taken them or time is up. */
export class Delivery {
  readonly #done: () => void;
  readonly #timer: NodeJS.Timeout;
  #waiting: number;

  /** `done` is called once, when all of `waiting` processes have taken the events, or after `patienceMs`. */
  constructor(waiting: number, patienceMs: number, done: () => void) {
    this.#done = done;
    this.#waiting = waiting;
    this.#timer = setTimeout(() => this.#finish(), patienceMs).unref();
  }

  /** Who comes when time is up already changes nothing. */
  taken(): void {
    this.#waiting -= 1;
    if (this.#waiting === 0) this.#finish();
  }

  #finish(): void {
    clearTimeout(this.#timer);
    this.#waiting = 0;
    this.#done();
  }
}
