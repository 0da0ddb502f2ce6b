import type { ClientError } from "./client-error.ts";
import { Inbox } from "./inbox.ts";
import type { Settings, StreamOptions } from "./options.ts";
import type { RpcRequest, Session, StreamUser } from "./session.ts";

/** One thing that a watch tells (docs/watch.md). `reset`: what was told is void, and a new snapshot follows. */
export type WatchEvent<Row> =
  | { readonly type: "reset" }
  | { readonly type: "snapshot"; readonly id: string; readonly row: Row; readonly position?: undefined }
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

/** What a watch needs of whoever opens it. */
export interface WatchOptions<Row> extends StreamOptions {
  readonly session: Session;
  readonly settings: Settings;
  /** Where it goes on at first; null for from the start. */
  readonly after: string | null;
  /** What opens it after a position, or from the start. */
  readonly request: (after: string | null) => RpcRequest;
  readonly read: (value: unknown) => WatchEvent<Row>;
}

/** A watch that outlives its connections. */
export class Watch<Row> implements StreamUser {
  readonly inbox: Inbox<WatchEvent<Row>>;
  readonly #options: WatchOptions<Row>;
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

  constructor(options: WatchOptions<Row>) {
    this.#options = options;
    this.#buffer = options.buffer ?? options.settings.buffer;
    this.#position = options.after;
    this.inbox = new Inbox(options.signal);
    this.inbox.onDrained = () => this.#resume();
    this.inbox.onLeft = () => {
      clearTimeout(this.#timer);
      this.#stop();
    };
    if (!this.inbox.isOver) this.#open();
  }

  next(value: unknown): void {
    const event = this.#options.read(value);
    this.#hasTold = true;
    this.#failures = 0;
    if ("position" in event && event.position !== undefined) this.#position = event.position;
    this.inbox.push(event);
    if (this.inbox.size < this.#buffer || this.#position === null) return;
    // The log keeps what comes meanwhile.
    this.#isPaused = true;
    this.#stop();
  }

  over(error: ClientError | null, isRenewed: boolean): void {
    if (error === null || error.code === "CLIENT_CLOSED") this.inbox.end(null);
    else if (error.code === "POSITION_EXPIRED") this.#reset();
    else if (isRenewed || mended.has(error.kind) || error.code === "WATCH_TOO_SLOW") this.#again();
    else this.inbox.end(error);
  }

  #open(): void {
    const { session, request } = this.#options;
    this.#stop = session.stream(request(this.#position), this);
  }

  #resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#open();
  }

  #reset(): void {
    this.#position = null;
    this.#hasTold = false;
    this.inbox.push({ type: "reset" });
    this.#later();
  }

  #again(): void {
    if (this.#position === null && this.#hasTold) this.#reset();
    else this.#later();
  }

  /** The connection itself is waited for; a server that ends it over an open one is given time. */
  #later(): void {
    const { session, settings } = this.#options;
    if (session.link.state !== "open") this.#open();
    else {
      const ms = Math.random() * Math.min(settings.maxMs, settings.firstMs * 2 ** this.#failures++);
      this.#timer = setTimeout(() => this.#open(), ms);
    }
  }
}

/** Ends that have nothing to do with what is watched. */
const mended: ReadonlySet<string> = new Set(["unavailable", "deadline_exceeded"]);
