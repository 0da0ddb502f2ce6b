import { encodeMessage, type PreparedMessage, type WebSocketConnection } from "../../../net/index.ts";

/** A message on its way to many. */
export interface Delivery {
  readonly message: PreparedMessage;
  /** What it is about; empty where the channel has no keys. */
  readonly key: string;
}

/** Counts for the metrics of a channel. */
export interface OutboxCounts {
  /** Messages that slow connections were not sent. */
  missed: number;
  /** Connections that were closed for being slow. */
  closedSlow: number;
}

/** What holds for all connections of a channel. */
export interface OutboxRules {
  /** Messages that may wait. */
  readonly buffer: number;
  readonly slow: "close" | "drop-oldest" | "latest-per-key";
  /** Bytes that may be with the socket before messages wait here: from there on it tells when they have left. */
  readonly socketBytes: number;
  readonly counts: OutboxCounts;
}

/**
 * Messages on their way to one connection. A peer that takes them as they come has nothing here; one that does not fills its own
 * buffer, and then its channel's policy says what is left out.
 */
export class Outbox {
  readonly #socket: WebSocketConnection;
  readonly #rules: OutboxRules;
  /** Messages that wait, by their key; a number where the channel has none. In the order in which they are to be sent. */
  readonly #waiting: Map<string | number, PreparedMessage>;
  #next: number;
  #missed: number;

  constructor(socket: WebSocketConnection, rules: OutboxRules) {
    this.#socket = socket;
    this.#rules = rules;
    this.#waiting = new Map();
    this.#next = 0;
    this.#missed = 0;
  }

  /** Messages that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** Bytes that are with the socket. */
  get socketBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send({ message, key }: Delivery): void {
    if (this.#waiting.size === 0 && this.#socket.bufferedAmount < this.#rules.socketBytes)
      this.#socket.send(message);
    else if (this.#rules.slow === "latest-per-key") this.#keepLatest(key, message);
    else this.#keep(message);
  }

  /** The socket has sent all that it had. */
  drained(): void {
    if (this.#missed > 0) {
      this.#socket.send(encodeMessage(`{"type":"missed","count":${this.#missed}}`));
      this.#missed = 0;
    }
    for (const [key, message] of this.#waiting) {
      if (this.#socket.bufferedAmount >= this.#rules.socketBytes) return;
      this.#waiting.delete(key);
      this.#socket.send(message);
    }
  }

  #keep(message: PreparedMessage): void {
    if (this.#waiting.size >= this.#rules.buffer) {
      if (this.#rules.slow === "close") {
        this.#close();
        return;
      }
      this.#drop();
    }
    this.#waiting.set(this.#next++, message);
  }

  /** The newest of a key takes the place of the one before, at the end. */
  #keepLatest(key: string, message: PreparedMessage): void {
    if (this.#waiting.delete(key)) this.#miss();
    else if (this.#waiting.size >= this.#rules.buffer) this.#drop();
    this.#waiting.set(key, message);
  }

  #drop(): void {
    const [oldest] = this.#waiting.keys();
    if (oldest === undefined) return;
    this.#waiting.delete(oldest);
    this.#miss();
  }

  #miss(): void {
    this.#missed++;
    this.#rules.counts.missed++;
  }

  #close(): void {
    if (!this.#socket.isOpen) return;
    this.#rules.counts.closedSlow++;
    this.#waiting.clear();
    this.#socket.close(tryLater, "Messages were not taken in time");
  }
}

/** RFC 6455's registry: "try again later". */
const tryLater = 1013;
