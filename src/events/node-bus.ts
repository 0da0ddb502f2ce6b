import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { JsonValue } from "../base/json.ts";
import { Arrivals } from "./arrivals.ts";
import type { EventBus, Subscriber } from "./event-bus.ts";
import type { LinkListener, NodeLink, OpenLink } from "./node-link.ts";
import { toPiece, toPieces } from "./pieces.ts";

/** Told when a bus can be used, and when it cannot. */
export interface BusReports {
  up(): void;
  down(reason: unknown): void;
}

/** Counts since the start, and whether it is connected now. */
export interface BusStats {
  readonly isUp: boolean;
  readonly sent: number;
  readonly received: number;
  /** How often something may have been missed. */
  readonly missed: number;
}

/** Milliseconds until something is sent again after that has failed. */
const retryMs = 100;

/** Milliseconds that the end of a bus may take. */
const endMs = 1_000;

/** Characters of messages that wait for the link. Over that they are given up, and the others told that they missed something. */
const mostWaiting = 8 * 1024 * 1024;

/**
 * The bus between nodes. It carries what is of use soon or never: whatever must not be lost stands in the database. `publish` resolves once
 * the messages are on their way, or wait for the link to come back: nobody is waited for.
 */
export class NodeBus implements EventBus, LinkListener {
  readonly #origin: string;
  readonly #reports: BusReports;
  readonly #subscribers: Map<string, Subscriber[]>;
  readonly #arrivals: Arrivals;
  readonly #link: NodeLink;
  /** Messages as JSON, each `[topic, message]`. */
  #waiting: string[];
  #waitingLength: number;
  #lastNumber: number;
  #isUp: boolean;
  /** What was told last of the link; null at first. */
  #told: "up" | "down" | null;
  #isSending: boolean;
  #isScheduled: boolean;
  #isClosed: boolean;
  /** The others must be told that they missed something. */
  #hasLost: boolean;
  readonly #counts = { sent: 0, received: 0, missed: 0 };

  constructor(open: OpenLink, reports: BusReports) {
    this.#origin = randomUUID();
    this.#reports = reports;
    this.#subscribers = new Map();
    this.#arrivals = new Arrivals();
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#lastNumber = 0;
    this.#isUp = false;
    this.#told = null;
    this.#isSending = false;
    this.#isScheduled = false;
    this.#isClosed = false;
    this.#hasLost = false;
    this.#link = open(this);
  }

  get stats(): BusStats {
    return { isUp: this.#isUp, ...this.#counts };
  }

  publish(topic: string, message: JsonValue): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    const text = JSON.stringify([topic, message]);
    this.#waiting.push(text);
    this.#waitingLength += text.length;
    if (this.#waitingLength > mostWaiting) this.#giveUp();
    this.#schedule();
    return Promise.resolve();
  }

  subscribe(topic: string, subscriber: Subscriber): void {
    const known = this.#subscribers.get(topic);
    if (known === undefined) this.#subscribers.set(topic, [subscriber]);
    else known.push(subscriber);
  }

  /** What waits is sent, if that can be done at once. */
  close(): void {
    void this.end();
  }

  /** As `close`; resolves when it is done, or has taken too long. */
  async end(): Promise<void> {
    if (this.#isClosed) return;
    const patience = sleep(endMs, undefined, { ref: false });
    if (this.#isUp && !this.#isSending) await Promise.race([this.#flush(), patience]);
    this.#isClosed = true;
    await Promise.race([this.#link.close().catch(() => {}), patience]);
  }

  up(): void {
    if (this.#isClosed) return;
    this.#isUp = true;
    this.#told = "up";
    this.#reports.up();
    this.#miss();
    this.#schedule();
  }

  down(reason: unknown): void {
    if (this.#isClosed || this.#told === "down") return;
    this.#isUp = false;
    this.#told = "down";
    this.#reports.down(reason);
  }

  heard(text: string): void {
    const piece = toPiece(text);
    if (this.#isClosed || piece === null || piece.origin === this.#origin) return;
    const { message, hasGap } = this.#arrivals.add(piece);
    if (hasGap) this.#miss();
    if (message === null) return;
    for (const event of toEvents(message)) this.#tell(event);
  }

  /** Everyone's events of one turn travel together, and whatever comes while they are on their way does after them. */
  #schedule(): void {
    if (this.#isScheduled || this.#isSending || !this.#isUp) return;
    this.#isScheduled = true;
    process.nextTick(() => {
      this.#isScheduled = false;
      if (this.#isUp && !this.#isSending) void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0 && !this.#hasLost) return;
    const waiting = this.#hasLost ? ["null", ...this.#waiting] : this.#waiting;
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#hasLost = false;
    this.#isSending = true;
    this.#lastNumber += 1;
    this.#counts.sent += waiting.length;
    try {
      const message = `[${waiting.join()}]`;
      await this.#link.send(toPieces(this.#origin, this.#lastNumber, message, this.#link.mostBytes));
    } catch {
      // It may have arrived or not. What was in it is not told twice; that something was lost is.
      this.#hasLost = true;
      await sleep(retryMs, undefined, { ref: false });
    }
    this.#isSending = false;
    if (this.#waiting.length > 0 || this.#hasLost) this.#schedule();
  }

  #giveUp(): void {
    this.#waiting = [];
    this.#waitingLength = 0;
    this.#hasLost = true;
  }

  #miss(): void {
    this.#counts.missed += 1;
    for (const subscriber of [...this.#subscribers.values()].flat()) subscriber.missed();
  }

  #tell(event: readonly [string, JsonValue] | null): void {
    if (event === null) {
      this.#miss();
      return;
    }
    this.#counts.received += 1;
    const [topic, message] = event;
    for (const subscriber of this.#subscribers.get(topic) ?? []) subscriber.received(message);
  }
}

/** All nodes run this code, but not always of one release: what is not understood is left out. */
function toEvents(message: string): readonly (readonly [string, JsonValue] | null)[] {
  let events: unknown;
  try {
    events = JSON.parse(message);
  } catch {
    return [];
  }
  return Array.isArray(events) ? events.filter(isEvent) : [];
}

function isEvent(event: unknown): event is readonly [string, JsonValue] | null {
  return event === null || (Array.isArray(event) && event.length === 2 && typeof event[0] === "string");
}
