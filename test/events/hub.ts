import type { JsonValue } from "../../src/base/json.ts";
import type { Subscriber } from "../../src/events/event-bus.ts";
import type { Relay } from "../../src/events/relay.ts";
import type { RelayMember } from "../../src/events/relay-member.ts";
import { RelayedBus } from "../../src/events/relayed-bus.ts";

/** What a subscriber heard. */
export class Heard implements Subscriber {
  readonly messages: JsonValue[] = [];
  missings = 0;

  received(message: JsonValue): void {
    this.messages.push(message);
  }

  missed(): void {
    this.missings += 1;
  }
}

/** A bus on a relay in this process, over a connection that can stand still. */
export class Station {
  readonly bus: RelayedBus;
  readonly member: RelayMember;
  readonly heard: Heard = new Heard();
  /** Messages between the two, either way. */
  sent = 0;
  #waiting: (() => void)[] | null = null;

  constructor(relay: Relay) {
    this.member = relay.enter((message) => this.#carry(() => this.bus.received(message)));
    this.bus = new RelayedBus((message) => {
      this.sent += 1;
      relay.received(this.member, message);
    });
    this.bus.subscribe("news", this.heard);
  }

  /** The process does nothing any more. */
  standStill(): void {
    this.#waiting = [];
  }

  goOn(): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = null;
    for (const deliver of waiting) deliver();
  }

  #carry(deliver: () => void): void {
    if (this.#waiting === null) setImmediate(deliver);
    else this.#waiting.push(deliver);
  }
}
