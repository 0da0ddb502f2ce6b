import type { WatchOptions } from "../../define/definition.ts";
import type { SeenType, SharedEvent } from "./shared-change.ts";

/** A change that someone will be told of, as what it is to them. */
export interface SeenEvent {
  readonly event: SharedEvent;
  readonly type: SeenType;
}

/** Changes that wait for one who watches: a bounded number, with a policy for more. */
export interface WaitingChanges {
  readonly size: number;
  /** False where there is no room, and nothing may be left out. */
  add(seen: SeenEvent): boolean;
  take(): SeenEvent | null;
  /** How many were left out since this was last asked. */
  takeMissed(): number;
  clear(): void;
}

/** Makes the buffer of one who watches. */
export function createWaiting({ buffer, slow }: Required<WatchOptions>): WaitingChanges {
  return slow === "latest-per-key"
    ? new LatestChanges(buffer)
    : new QueuedChanges(buffer, slow === "drop-oldest");
}

/** All changes in their order. */
class QueuedChanges implements WaitingChanges {
  readonly #limit: number;
  readonly #drops: boolean;
  #queue: SeenEvent[];
  /** Where the queue begins: taking from an array's front would move all the others each time. */
  #start: number;
  #missed: number;

  constructor(limit: number, drops: boolean) {
    this.#limit = limit;
    this.#drops = drops;
    this.#queue = [];
    this.#start = 0;
    this.#missed = 0;
  }

  get size(): number {
    return this.#queue.length - this.#start;
  }

  add(seen: SeenEvent): boolean {
    if (this.size >= this.#limit) {
      if (!this.#drops) return false;
      this.take();
      this.#missed += 1;
    }
    this.#queue.push(seen);
    return true;
  }

  take(): SeenEvent | null {
    const first = this.#queue[this.#start];
    if (first === undefined) return null;
    this.#start += 1;
    if (this.#start === this.#queue.length) this.clear();
    else if (this.#start >= this.#limit) {
      this.#queue = this.#queue.slice(this.#start);
      this.#start = 0;
    }
    return first;
  }

  takeMissed(): number {
    const missed = this.#missed;
    this.#missed = 0;
    return missed;
  }

  clear(): void {
    this.#queue = [];
    this.#start = 0;
  }
}

/** The latest change of each row, in the order in which these were made. */
class LatestChanges implements WaitingChanges {
  readonly #limit: number;
  readonly #byId: Map<string, SeenEvent>;
  #missed: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#byId = new Map();
    this.#missed = 0;
  }

  get size(): number {
    return this.#byId.size;
  }

  add(seen: SeenEvent): boolean {
    const { id } = seen.event.logged;
    const before = this.#byId.get(id);
    if (before === undefined) {
      if (this.#byId.size >= this.#limit) return false;
      this.#byId.set(id, seen);
      return true;
    }
    this.#missed += 1;
    // Behind all others, as its position is: who goes on after it must have got all before it.
    this.#byId.delete(id);
    this.#byId.set(id, { event: seen.event, type: merged(before.type, seen.type) });
    return true;
  }

  take(): SeenEvent | null {
    for (const [id, seen] of this.#byId) {
      this.#byId.delete(id);
      return seen;
    }
    return null;
  }

  takeMissed(): number {
    const missed = this.#missed;
    this.#missed = 0;
    return missed;
  }

  clear(): void {
    this.#byId.clear();
  }
}

/** What two changes of a row are to someone who was told of neither. */
function merged(before: SeenType, after: SeenType): SeenType {
  if (after === "updated") return before === "created" ? "created" : "updated";
  return after;
}
