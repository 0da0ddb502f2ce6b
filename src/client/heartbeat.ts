/** Later than this, a timer tells of sleep: of the machine, or of a page that is not shown. Milliseconds. */
const driftMs = 3_000;

/** In milliseconds. */
interface HeartbeatTimes {
  /** Of silence, after which it is asked. */
  readonly heartbeatMs: number;
  /** In which it must answer. */
  readonly answerMs: number;
}

/** Asks a silent peer for a sign of life, and gives it up without one. */
export class Heartbeat {
  readonly #times: HeartbeatTimes;
  readonly #ask: () => void;
  readonly #silent: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Something has come since the last look. */
  #heard = false;
  #asked = false;

  constructor(times: HeartbeatTimes, ask: () => void, silent: () => void) {
    this.#times = times;
    this.#ask = ask;
    this.#silent = silent;
  }

  start(): void {
    this.#asked = false;
    this.#lookIn(this.#times.heartbeatMs);
  }

  heard(): void {
    this.#heard = true;
  }

  /** Asks now. */
  check(): void {
    this.#heard = false;
    this.#asked = true;
    this.#ask();
    this.#lookIn(this.#times.answerMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #lookIn(ms: number): void {
    clearTimeout(this.#timer);
    const due = Date.now() + ms;
    this.#timer = setTimeout(() => this.#look(Date.now() - due), ms);
  }

  #look(lateMs: number): void {
    // Who has slept has not listened either: what came meanwhile may still wait to be read.
    const hasSlept = lateMs > driftMs;
    if (this.#heard && !hasSlept) {
      this.#heard = false;
      this.start();
    } else if (this.#asked && !hasSlept) this.#silent();
    else this.check();
  }
}
