import type { Target } from "../target.ts";
import { BusySession } from "./session.ts";
import type { Tally } from "./tally.ts";

/** Requests after which a connection is left, where it is left at all; not the same for all, so that it is not all at once. */
const leastRequests = 100;

/** One of the busy connections. Of every four, one leaves in good order and one is cut, again and again, for another one. */
export class BusyConnection {
  readonly #target: Target;
  readonly #tally: Tally;
  readonly #index: number;
  #session: BusySession;
  #isHeld = false;

  constructor(target: Target, tally: Tally, index: number) {
    this.#target = target;
    this.#tally = tally;
    this.#index = index;
    this.#session = this.#open();
  }

  get isGone(): boolean {
    return this.#session.isGone;
  }

  hold(): void {
    this.#isHeld = true;
    this.#session.hold();
  }

  #open(): BusySession {
    const session = new BusySession(this.#target, this.#tally, {
      requests: this.#index % 2 === 0 ? leastRequests + (this.#index % 50) : Number.POSITIVE_INFINITY,
      isOrderly: this.#index % 4 === 0,
      left: () => {
        this.#session = this.#open();
      },
    });
    if (this.#isHeld) session.hold();
    return session;
  }
}
