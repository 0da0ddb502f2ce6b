import { randomUUID } from "node:crypto";
import type { JsonValue } from "../../../base/json.ts";
import type { EventBus } from "../../../events/event-bus.ts";
import { type PresentMember, type Seat, Seats } from "./seats.ts";

/** Hears who comes to a room and goes, in other processes. */
export type PresenceListener = (type: "joined" | "left", seat: Seat) => void;

/** Milliseconds between a process's signs of life, and after which one that gave none is taken for dead. */
const aliveMs = 15_000;
const deadMs = 45_000;

/** Those of one other process, and when it was last heard of. */
interface OtherProcess {
  seats: Seats;
  heardAt: number;
}

type Told =
  | { readonly kind: "hello" | "alive"; readonly process: string }
  | { readonly kind: "all"; readonly process: string; readonly seats: readonly Seat[] }
  | { readonly kind: "joined" | "left"; readonly process: string; readonly seat: Seat };

/** Who is in the rooms of a channel in all processes: each tells the others, and asks when it may have missed something. */
export class Presence {
  readonly #process: string;
  readonly #own: Seats;
  readonly #others: Map<string, OtherProcess>;
  readonly #publish: (told: Told) => void;
  readonly #listener: PresenceListener;
  readonly #timer: NodeJS.Timeout | null;

  constructor(topic: string, bus: EventBus | null, listener: PresenceListener) {
    this.#process = randomUUID();
    this.#own = new Seats([]);
    this.#others = new Map();
    this.#listener = listener;
    this.#publish = bus === null ? () => {} : (told) => void bus.publish(topic, told as unknown as JsonValue);
    this.#timer = bus === null ? null : setInterval(() => this.#beat(), aliveMs).unref();
    bus?.subscribe(topic, {
      received: (message) => this.#hear(message as unknown as Told),
      missed: () => this.#ask(),
    });
    this.#ask();
  }

  /** Everybody in a room. */
  in(room: string): readonly PresentMember[] {
    return [this.#own, ...[...this.#others.values()].map(({ seats }) => seats)].flatMap((seats) => [
      ...seats.in(room),
    ]);
  }

  joined(seat: Seat): void {
    this.#own.add(seat);
    this.#publish({ kind: "joined", process: this.#process, seat });
  }

  left(seat: Seat): void {
    this.#own.delete(seat);
    this.#publish({ kind: "left", process: this.#process, seat });
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #ask(): void {
    this.#publish({ kind: "hello", process: this.#process });
    this.#tellAll();
  }

  #tellAll(): void {
    this.#publish({ kind: "all", process: this.#process, seats: [...this.#own.all()] });
  }

  #beat(): void {
    this.#publish({ kind: "alive", process: this.#process });
    const oldest = performance.now() - deadMs;
    for (const [process, { seats, heardAt }] of this.#others)
      if (heardAt < oldest) {
        this.#others.delete(process);
        this.#compare(seats, new Seats([]));
      }
  }

  #hear(told: Told): void {
    const known = this.#others.get(told.process);
    const other = known ?? { seats: new Seats([]), heardAt: 0 };
    other.heardAt = performance.now();
    this.#others.set(told.process, other);
    switch (told.kind) {
      case "hello":
        this.#tellAll();
        return;
      case "alive":
        // A process that this one knows nothing of yet.
        if (known === undefined) this.#publish({ kind: "hello", process: this.#process });
        return;
      case "all": {
        const before = other.seats;
        other.seats = new Seats(told.seats);
        this.#compare(before, other.seats);
        return;
      }
      case "joined":
        other.seats.add(told.seat);
        this.#listener("joined", told.seat);
        return;
      case "left":
        other.seats.delete(told.seat);
        this.#listener("left", told.seat);
    }
  }

  /** Tells of those who are gone, and of those who are new. */
  #compare(before: Seats, now: Seats): void {
    for (const seat of before.all()) if (!now.has(seat)) this.#listener("left", seat);
    for (const seat of now.all()) if (!before.has(seat)) this.#listener("joined", seat);
  }
}
