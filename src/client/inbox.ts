import type { Awaitable } from "../base/awaitable.ts";
import type { ClientError } from "./client-error.ts";

/** The last event that a listener gets. */
export interface ClosedEvent {
  readonly type: "closed";
  /** Null where it was ended here, or by itself. */
  readonly error: ClientError | null;
}

/** Events, taken by `for await` or by listeners. Those that come before anybody takes them wait. */
export interface Feed<E> extends AsyncIterable<E> {
  /** Tells `listener` of those that wait and of all that come. Returns what ends that; the feed itself goes on. */
  listen(listener: (event: E | ClosedEvent) => void): () => void;
  /** Ends it. */
  close(): void;
}

const done: IteratorResult<never> = { value: undefined, done: true };

/** Keeps events for whoever takes them. Who fills it looks at its size. */
export class Inbox<E> implements AsyncIterableIterator<E>, Feed<E> {
  #events: E[] = [];
  readonly #listeners = new Set<(event: E | ClosedEvent) => void>();
  readonly #takers: ((result: Awaitable<IteratorResult<E>>) => void)[] = [];
  #end: ClosedEvent | null = null;
  /** All that waited has been taken. */
  onDrained: () => void = () => {};
  /** Whoever took the events wants no more. */
  onLeft: () => void = () => {};

  /** `signal` ends it. */
  constructor(signal?: AbortSignal) {
    if (signal?.aborted) this.end(null);
    signal?.addEventListener("abort", () => this.close(), { once: true });
  }

  get size(): number {
    return this.#events.length;
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  push(event: E): void {
    if (this.#end !== null) return;
    const taker = this.#takers.shift();
    if (taker !== undefined) taker({ value: event, done: false });
    else if (this.#listeners.size === 0) this.#events.push(event);
    else for (const listener of this.#listeners) listener(event);
  }

  /** Puts one event in the place of the two that have waited longest. */
  merge(merge: (first: E, second: E) => E): void {
    const [first, second] = this.#events;
    if (first !== undefined && second !== undefined) this.#events.splice(0, 2, merge(first, second));
  }

  /** Nothing follows. */
  end(error: ClientError | null): void {
    if (this.#end !== null) return;
    const event = { type: "closed", error } as const;
    this.#end = event;
    for (const listener of this.#listeners) listener(event);
    for (const taker of this.#takers.splice(0)) taker(this.next());
  }

  listen(listener: (event: E | ClosedEvent) => void): () => void {
    const events = this.#events;
    this.#events = [];
    this.#listeners.add(listener);
    for (const event of events) listener(event);
    if (this.#end !== null) listener(this.#end);
    else if (events.length > 0) this.onDrained();
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#end !== null) return;
    this.#events = [];
    this.onLeft();
    this.end(null);
  }

  next(): Promise<IteratorResult<E>> {
    // One, or none.
    for (const value of this.#events.splice(0, 1)) {
      if (this.#events.length === 0) this.onDrained();
      return Promise.resolve({ value, done: false });
    }
    if (this.#end === null) return new Promise((resolve) => this.#takers.push(resolve));
    const { error } = this.#end;
    this.#end = { type: "closed", error: null };
    return error === null ? Promise.resolve(done) : Promise.reject(error);
  }

  return(): Promise<IteratorResult<E>> {
    this.close();
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
