import type { Delivery } from "./delivery.ts";
import type { FromRelay, RelayedEvent } from "./relay-message.ts";

/**
 * Deliveries that a process may leave untaken. One that stands still must not cost the relay memory without end: over this
 * it gets nothing more until it has caught up, and then hears that it missed something.
 */
const mostUntaken = 1_000;

/** One process, as the relay sees it. */
export class RelayMember {
  /** Tells the process something. */
  readonly send: (message: FromRelay) => void;
  /** Whether it hears events: one that has not joined has nothing yet that could be stale. */
  hasJoined: boolean;
  readonly #untaken: Map<number, Delivery>;
  #lastSent: number;
  #isBehind: boolean;

  constructor(send: (message: FromRelay) => void) {
    this.send = send;
    this.hasJoined = false;
    this.#untaken = new Map();
    this.#lastSent = 0;
    this.#isBehind = false;
  }

  deliver(delivery: Delivery, events: readonly RelayedEvent[]): void {
    if (this.#untaken.size >= mostUntaken) {
      this.#isBehind = true;
      this.release();
    }
    // Nobody waits for one that is behind.
    if (this.#isBehind) {
      delivery.taken();
      return;
    }
    this.#lastSent += 1;
    this.#untaken.set(this.#lastSent, delivery);
    this.send({ kind: "events", id: this.#lastSent, events });
  }

  /** The process says that events have reached its subscribers. */
  taken(id: number): void {
    this.#untaken.get(id)?.taken();
    this.#untaken.delete(id);
    if (!this.#isBehind || id !== this.#lastSent) return;
    this.#isBehind = false;
    this.send({ kind: "missed" });
  }

  /** Nobody waits for this process any more. */
  release(): void {
    const deliveries = [...this.#untaken.values()];
    this.#untaken.clear();
    for (const delivery of deliveries) delivery.taken();
  }
}
