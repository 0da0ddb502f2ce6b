import { Delivery } from "./delivery.ts";
import { RelayMember } from "./relay-member.ts";
import type { FromRelay, RelayedEvent, ToRelay } from "./relay-message.ts";

/**
 * Milliseconds that a publisher waits for processes that do not take its events. Those stand still and answer nobody
 * meanwhile; a write elsewhere must not stand still with them.
 */
const usualPatience = 250;

/**
 * Passes events on between processes that each have a connection to this one. Events of all reach each in the same order,
 * and their publisher is told when all others have taken them.
 */
export class Relay {
  readonly #members: Set<RelayMember>;
  readonly #patienceMs: number;

  constructor(patienceMs: number = usualPatience) {
    this.#members = new Set();
    this.#patienceMs = patienceMs;
  }

  /** A process has been started, to which `send` leads. */
  enter(send: (message: FromRelay) => void): RelayMember {
    const member = new RelayMember(send);
    this.#members.add(member);
    return member;
  }

  received(from: RelayMember, message: ToRelay): void {
    switch (message.kind) {
      case "join":
        from.hasJoined = true;
        from.send({ kind: "joined" });
        return;
      case "publish":
        this.#pass(from, message.id, message.events);
        return;
      case "taken":
        from.taken(message.id);
    }
  }

  /** A process has ended. One that broke off may have written something that it could not tell any more. */
  leave(member: RelayMember, brokeOff: boolean): void {
    this.#members.delete(member);
    member.release();
    if (!brokeOff || !member.hasJoined) return;
    for (const other of this.#joined(member)) other.send({ kind: "missed" });
  }

  #pass(from: RelayMember, id: number, events: readonly RelayedEvent[]): void {
    const others = this.#joined(from);
    const published = (): void => from.send({ kind: "published", id });
    if (others.length === 0) {
      published();
      return;
    }
    const delivery = new Delivery(others.length, this.#patienceMs, published);
    for (const other of others) other.deliver(delivery, events);
  }

  #joined(except: RelayMember): readonly RelayMember[] {
    return [...this.#members].filter((member) => member.hasJoined && member !== except);
  }
}
