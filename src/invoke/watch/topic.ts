import { type Awaitable, whenReady } from "../../base/awaitable.ts";
import type { ChangeLog, LoggedChange } from "../../store/changes.ts";
import type { Positions } from "./positions.ts";
import { SharedChange, SharedEvent } from "./shared-change.ts";

/** Changes of one resource that are kept for those who come back soon; they need not be read and encoded again. */
const mostRecent = 1_000;
/** And so many characters of their rows: what is made of a row for those who are told takes some times as much. */
const mostRecentSize = 4 * 1024 * 1024;

/** Who is told the changes of a resource as they are read. */
export interface Subscriber {
  offer(event: SharedEvent): void;
  /** Nothing was told for a while: this is the position now. */
  reached(position: number): void;
  fail(reason: Error): void;
  /** As `fail`, and tells before how far it has come. */
  stop(reason: Error): void;
}

/** A part of a resource's changes. */
export interface TopicPage {
  readonly events: readonly SharedEvent[];
  /** All up to this position is in it, or was before it. */
  readonly upTo: number;
  readonly isCut: boolean;
}

/** The changes of one resource in this process, and those who watch them. */
export class Topic {
  readonly resource: string;
  readonly positions: Positions;
  /** All who watch, those included who are not yet told what is read. */
  readonly watchers: Set<Subscriber>;
  /** Those who are told each change as it is read. */
  readonly live: Set<Subscriber>;
  /** Changes that were left out since the start, since someone was too slow. */
  missed: number;
  /** Watches that were ended since someone was too slow. */
  ended: number;
  /** Told when somebody has left. */
  whenLeft: (() => void) | null;
  readonly #table: string;
  readonly #log: ChangeLog;
  #recent: SharedEvent[];
  /** Characters of the rows of the recent ones. */
  #recentSize: number;
  /** All changes after this position that the feed has read are among the recent ones. */
  #recentFrom: number;
  /** How far the feed has read. */
  #head: number;
  #synced: SharedChange | null;

  constructor(resource: string, table: string, log: ChangeLog, positions: Positions) {
    this.resource = resource;
    this.positions = positions;
    this.watchers = new Set();
    this.live = new Set();
    this.missed = 0;
    this.ended = 0;
    this.whenLeft = null;
    this.#table = table;
    this.#log = log;
    this.#recent = [];
    this.#recentSize = 0;
    this.#recentFrom = 0;
    this.#head = 0;
    this.#synced = null;
  }

  /** How far changes have been read. */
  get head(): number {
    return this.#head;
  }

  enter(watcher: Subscriber): void {
    this.watchers.add(watcher);
  }

  leave(watcher: Subscriber): void {
    this.live.delete(watcher);
    this.watchers.delete(watcher);
    if (this.watchers.size === 0) this.begin(this.#head);
    this.whenLeft?.();
  }

  /** Changes are read from here on. */
  begin(position: number): void {
    this.#recent = [];
    this.#recentSize = 0;
    this.#recentFrom = position;
    this.#head = position;
  }

  /** A change was read. */
  publish(logged: LoggedChange): void {
    const event = new SharedEvent(logged, this.positions.encode(logged.position));
    this.#recent.push(event);
    this.#recentSize += logged.size;
    if (this.#recent.length >= 2 * mostRecent || this.#recentSize > mostRecentSize) this.#forget();
    this.#head = logged.position;
    for (const subscriber of this.live) subscriber.offer(event);
  }

  /** Half of what is kept, at least: dropping one each time would move all the others. */
  #forget(): void {
    let count = 0;
    while (
      count < this.#recent.length - mostRecent ||
      (count < this.#recent.length && this.#recentSize > mostRecentSize / 2)
    ) {
      this.#recentSize -= this.#recent[count]?.logged.size ?? 0;
      count += 1;
    }
    const dropped = this.#recent.splice(0, count);
    this.#recentFrom = dropped.at(-1)?.position ?? this.#recentFrom;
  }

  /** All up to here was read. */
  reached(position: number): void {
    this.#head = position;
  }

  /** The changes after a position, as far as they are at hand. */
  after(position: number): Awaitable<TopicPage> {
    // A snapshot may be of a later position than the feed has come to.
    if (position >= this.#recentFrom && position < this.#head) {
      const first = this.#recent.findIndex((event) => event.position > position);
      const events = first === -1 ? [] : this.#recent.slice(first);
      return { events, upTo: this.#head, isCut: false };
    }
    return whenReady(this.#log.readTable(this.#table, position), ({ changes, upTo, isCut }) => ({
      events: changes.map((logged) => new SharedEvent(logged, this.positions.encode(logged.position))),
      upTo,
      isCut,
    }));
  }

  /** What those are told who know all up to a position. */
  synced(position: number): SharedChange {
    const token = this.positions.encode(position);
    if (this.#synced?.position !== token) this.#synced = new SharedChange("synced", { position: token });
    return this.#synced;
  }
}
