import { randomUUID } from "node:crypto";
import type { JsonValue } from "../../../base/json.ts";
import type { EventBus } from "../../../events/event-bus.ts";
import { type PresentMember, type Seat, Seats } from "./seats.ts";

/** Hears who comes to a room and goes, in other processes. */
export type PresenceListener = (type: "joined" | "left", seat: Seat) => void;

/**
 * Milliseconds between a process's signs of life, and more for each other process that there is: however many there are, each hears about
 * as many. One that has missed three is taken for dead.
 */
const aliveMs = 2_000;
const aliveMsEach = 20;
const mostMissing = 3;

/** Those of one other process, and when it was last heard of. */
interface OtherProcess {
  seats: Seats;
  heardAt: number;
  /** Milliseconds between its signs of life. */
  everyMs: number;
}

type Told =
  | { readonly kind: "hello"; readonly process: string }
  | { readonly kind: "alive"; readonly process: string; readonly everyMs: number }
  | { readonly kind: "all"; readonly process: string; readonly seats: readonly Seat[] }
  | { readonly kind: "joined" | "left"; readonly process: string; readonly seat: Seat };

/** Who is in the rooms of a channel in all processes: each tells the others, and asks when it may have missed something. */
export class Presence {
  readonly #process: string;
  readonly #own: Seats;
  readonly #others: Map<string, OtherProcess>;
  readonly #publish: (told: Told) => void;
  readonly #listener: PresenceListener;
  /** Until the next sign of life; null where nobody would hear it. */
  #timer: NodeJS.Timeout | null;

  constructor(topic: string, bus: EventBus | null, listener: PresenceListener) {
    this.#process = randomUUID();
    this.#own = new Seats([]);
    this.#others = new Map();
    this.#listener = listener;
    this.#publish = bus === null ? () => {} : (told) => void bus.publish(topic, told as unknown as JsonValue);
    this.#timer = bus === null ? null : setTimeout(() => this.#beat(), aliveMs).unref();
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
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #ask(): void {
    this.#publish({ kind: "hello", process: this.#process });
    this.#tellAll();
  }

  #tellAll(): void {
    this.#publish({ kind: "all", process: this.#process, seats: [...this.#own.all()] });
  }

  #beat(): void {
    const everyMs = aliveMs + this.#others.size * aliveMsEach;
    this.#publish({ kind: "alive", process: this.#process, everyMs });
    if (this.#timer !== null) this.#timer = setTimeout(() => this.#beat(), everyMs).unref();
    const now = performance.now();
    for (const [process, { seats, heardAt, everyMs: each }] of this.#others)
      if (now - heardAt > each * mostMissing) {
        this.#others.delete(process);
        this.#compare(seats, new Seats([]));
      }
  }

  #hear(told: Told): void {
    const known = this.#others.get(told.process);
    const other = known ?? { seats: new Seats([]), heardAt: 0, everyMs: aliveMs };
    other.heardAt = performance.now();
    this.#others.set(told.process, other);
    switch (told.kind) {
      case "hello":
        this.#tellAll();
        return;
      case "alive":
        other.everyMs = told.everyMs;
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
