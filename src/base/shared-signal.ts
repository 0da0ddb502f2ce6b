import { Company, type Leaver } from "./company.ts";

/** The AbortSignal of what is done for several, for who needs a real one: handlers, whose values go into the cache. */
export class SharedSignal implements Leaver {
  readonly #abandoned: () => void;
  readonly #company: Company;
  #controller: AbortController | null;

  /** `abandoned` is told before the signal is aborted: nobody must join from then on. */
  constructor(abandoned: () => void) {
    this.#abandoned = abandoned;
    this.#company = new Company();
    this.#controller = null;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      this.#company.addEventListener("abort", this);
    }
    return this.#controller.signal;
  }

  join(member: Leaver): void {
    this.#company.join(member);
  }

  /** It is done: nobody is listened to any more. */
  end(): void {
    this.#company.end();
  }

  /** All of them have left. */
  handleEvent(): void {
    this.#abandoned();
    this.#controller?.abort(this.#company.reason);
  }
}
