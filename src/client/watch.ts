import type { ClientError } from "./client-error.ts";
import { Inbox } from "./inbox.ts";
import { backOff, callerChanged } from "./link.ts";
import type { Settings, StreamOptions } from "./options.ts";
import { queueFull, type RpcRequest, type Session, type StreamUser } from "./session.ts";

/** One thing that a watch tells (docs/watch.md). `reset`: what was told is void, and a new snapshot follows. */
export type WatchEvent<Row> =
  | { readonly type: "reset" }
  | { readonly type: "snapshot"; readonly id: string; readonly row: Row }
  | { readonly type: "synced"; readonly position: string }
  | {
      readonly type: "created" | "updated";
      readonly id: string;
      readonly row: Row;
      /** None while a snapshot is not whole. */
      readonly position?: string;
    }
  | { readonly type: "deleted"; readonly id: string; readonly position?: string }
  | { readonly type: "missed"; readonly missed: number };

/** A stream, as whoever takes it asks for it. */
export interface StreamParts extends StreamOptions {
  readonly session: Session;
  readonly settings: Settings;
  /** What opens it after a position; from the start for null. */
  readonly request: (after: string | null) => RpcRequest;
}

/** Fills an inbox with what a subscription tells. It ends with its connection. */
export function openSubscription<T>(parts: StreamParts, read: (value: unknown) => T): Inbox<T> {
  const { session, settings, request, signal, buffer = settings.buffer } = parts;
  const inbox = new Inbox<T>(signal);
  if (inbox.isOver) return inbox;
  inbox.onLeft = session.stream(request(null), {
    next(value) {
      inbox.push(read(value));
      if (inbox.size <= buffer) return;
      inbox.onLeft();
      inbox.end(queueFull(buffer));
    },
    over: (error) => inbox.end(error),
  });
  return inbox;
}

/** What a watch tells of besides a row. */
interface Positioned {
  readonly type: string;
  readonly position?: string | undefined;
}

/** Fills an inbox with what a watch tells, over any number of connections. */
export class Watch<E extends Positioned> implements StreamUser {
  readonly inbox: Inbox<E | { readonly type: "reset" }>;
  readonly #parts: StreamParts;
  readonly #read: (value: unknown) => E;
  readonly #buffer: number;
  /** Of the last event that has one. */
  #position: string | null;
  /** Something was told since the start, or the last `reset`. */
  #hasTold = false;
  /** Times that it ended without having told anything. */
  #failures = 0;
  #isPaused = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stop: () => void = () => {};

  /** `after`: where it goes on at first; null for from the start. */
  constructor(parts: StreamParts, after: string | null, read: (value: unknown) => E) {
    this.#parts = parts;
    this.#read = read;
    this.#buffer = parts.buffer ?? parts.settings.buffer;
    this.#position = after;
    this.inbox = new Inbox(parts.signal);
    this.inbox.onDrained = () => {
      if (this.#isPaused) this.#open();
    };
    this.inbox.onLeft = () => {
      clearTimeout(this.#timer);
      this.#stop();
    };
    if (!this.inbox.isOver) this.#open();
  }

  next(value: unknown): void {
    const event = this.#read(value);
    this.#hasTold = true;
    this.#failures = 0;
    this.#position = event.position ?? this.#position;
    this.inbox.push(event);
    if (this.inbox.size < this.#buffer || this.#position === null) return;
    // The log keeps what comes meanwhile.
    this.#isPaused = true;
    this.#stop();
  }

  over(error: ClientError | null, isRenewed: boolean): void {
    const isExpired = error?.code === "POSITION_EXPIRED" || error?.code === callerChanged;
    if (error === null || error.code === "CLIENT_CLOSED") this.inbox.end(null);
    else if (isExpired || isRenewed || mended.test(error.kind + error.code)) this.#again(isExpired);
    else this.inbox.end(error);
  }

  #open(): void {
    this.#isPaused = false;
    this.#stop = this.#parts.session.stream(this.#parts.request(this.#position), this);
  }

  /** The connection itself is waited for; a server that ends it over an open one is given time. */
  #again(isExpired: boolean): void {
    const { session, settings } = this.#parts;
    if (isExpired || (this.#position === null && this.#hasTold)) {
      this.#position = null;
      this.#hasTold = false;
      this.inbox.push({ type: "reset" });
    }
    if (session.link.state !== "open") this.#open();
    else this.#timer = setTimeout(() => this.#open(), backOff(settings, this.#failures++));
  }
}

/** Kinds of ends, with their codes, after which it goes on where it was. */
const mended = /^(unavailable|deadline_exceeded)|WATCH_TOO_SLOW$/;
