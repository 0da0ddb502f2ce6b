import { isPromise, quiet } from "../../base/awaitable.ts";
import { toError } from "../../base/thrown.ts";
import type { WatchOptions } from "../../define/definition.ts";
import { frameworkError } from "../../errors/codes.ts";
import { type Beginning, Opening } from "./opening.ts";
import { SharedChange, type SharedEvent } from "./shared-change.ts";
import type { Subscriber, Topic } from "./topic.ts";
import type { Viewer } from "./viewer.ts";
import { createWaiting, type SeenEvent, type WaitingChanges } from "./waiting-changes.ts";

/** What a watch is made of. */
export interface WatcherOptions {
  readonly topic: Topic;
  readonly viewer: Viewer;
  readonly beginning: Beginning;
  readonly policy: Required<WatchOptions>;
}

/**
 * One watch: the rows that there are, what has happened since, and then each change as it comes. What is read for it alone is read when
 * it is asked for; what all are told waits in a buffer of its own. Whoever holds it may end it, and whoever waits for a change learns
 * of that at once.
 */
export class Watcher implements AsyncIterableIterator<SharedChange>, Subscriber {
  readonly #topic: Topic;
  readonly #viewer: Viewer;
  readonly #policy: Required<WatchOptions>;
  readonly #waiting: WaitingChanges;
  /** What comes before the changes that all are told; null once these follow. */
  #opening: Opening | null;
  /** All up to here has been told, waits, or is nothing to see. */
  #position: number;
  /** The last position that was told. */
  #told: number;
  #taker: PromiseWithResolvers<IteratorResult<SharedChange>> | null;
  /** What the taker gets is there, and rules are looking at it. */
  #isShowing: boolean;
  #isOver: boolean;
  #failure: Error | null;
  #isTold: boolean;
  #listeners: ((failure: Error | null) => void)[];

  constructor({ topic, viewer, beginning, policy }: WatcherOptions) {
    this.#topic = topic;
    this.#viewer = viewer;
    this.#policy = policy;
    this.#waiting = createWaiting(policy);
    this.#opening = new Opening(topic, viewer, beginning);
    this.#position = 0;
    this.#told = 0;
    this.#taker = null;
    this.#isShowing = false;
    this.#isOver = false;
    this.#failure = null;
    this.#isTold = false;
    this.#listeners = [];
    topic.enter(this);
  }

  /** Calls `listener` once, when nothing follows: with what broke it off, or with null. */
  whenOver(listener: (failure: Error | null) => void): void {
    if (this.#isOver) listener(this.#failure);
    else this.#listeners.push(listener);
  }

  next(): Promise<IteratorResult<SharedChange>> {
    if (this.#isOver) return this.#afterwards();
    if (this.#taker !== null) return Promise.reject(new Error("The change before is not there yet"));
    const taker = Promise.withResolvers<IteratorResult<SharedChange>>();
    this.#taker = taker;
    if (this.#opening !== null) void this.#open(this.#opening);
    else this.#giveWaiting();
    return taker.promise;
  }

  /** Whoever takes the changes wants no more. */
  return(): Promise<IteratorResult<SharedChange>> {
    this.#isTold = true;
    this.#finish(null);
    return Promise.resolve(done);
  }

  fail(reason: Error): void {
    this.#finish(reason);
  }

  stop(reason: Error): void {
    // Whoever has not taken all that waits goes on after what they have.
    if (this.#opening === null) this.reached(this.#topic.head);
    this.fail(reason);
  }

  offer(event: SharedEvent): void {
    if (event.position <= this.#position) return;
    this.#position = event.position;
    const type = this.#judge(event);
    if (type === null) return;
    const seen = { event, type };
    if (this.#isIdle) this.#give(seen);
    else if (!this.#waiting.add(seen)) this.#tooSlow();
  }

  reached(position: number): void {
    if (position <= this.#told || !this.#isIdle) return;
    this.#told = position;
    this.#pass(this.#topic.synced(position));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Somebody waits, and nothing is on its way to them. */
  get #isIdle(): boolean {
    return this.#taker !== null && !this.#isShowing && this.#waiting.size === 0;
  }

  async #open(opening: Opening): Promise<void> {
    try {
      let change = await opening.next();
      // A change may have been read before this line was reached.
      while (change === null && !opening.hasCaughtUp) change = await opening.next();
      if (this.#isOver) return;
      if (change !== null) {
        this.#pass(change);
        return;
      }
      // From here to `live` nothing else runs, so that no change is between the two.
      this.#opening = null;
      this.#position = opening.position;
      this.#told = opening.position;
      this.#topic.live.add(this);
      this.#pass(this.#topic.synced(opening.position));
    } catch (thrown) {
      this.fail(toError(thrown));
    }
  }

  /** A rule that throws ends the watch. */
  #judge(event: SharedEvent): SeenEvent["type"] | null {
    try {
      return this.#viewer.judge(event.logged);
    } catch (thrown) {
      this.fail(toError(thrown));
      return null;
    }
  }

  #giveWaiting(): void {
    const missed = this.#waiting.takeMissed();
    if (missed > 0) {
      this.#topic.missed += missed;
      this.#pass(new SharedChange("missed", { missed }));
      return;
    }
    const seen = this.#waiting.take();
    if (seen !== null) this.#give(seen);
  }

  #give({ event, type }: SeenEvent): void {
    this.#told = event.position;
    try {
      const change = this.#viewer.show(event, type);
      if (!isPromise(change)) this.#pass(change);
      else {
        this.#isShowing = true;
        change.then(
          (known) => this.#pass(known),
          (thrown: unknown) => this.fail(toError(thrown)),
        );
      }
    } catch (thrown) {
      this.fail(toError(thrown));
    }
  }

  #pass(change: SharedChange): void {
    const taker = this.#taker;
    this.#isShowing = false;
    if (this.#isOver || taker === null) return;
    this.#taker = null;
    taker.resolve({ value: change, done: false });
  }

  #tooSlow(): void {
    const { buffer } = this.#policy;
    const missed = this.#waiting.size + 1;
    this.#topic.missed += missed;
    this.#topic.ended += 1;
    const message = `${missed} changes were not taken in time (${buffer} may wait): watch on from the last position`;
    this.fail(frameworkError("WATCH_TOO_SLOW", message, { details: { missed } }));
  }

  #afterwards(): Promise<IteratorResult<SharedChange>> {
    if (this.#failure === null || this.#isTold) return Promise.resolve(done);
    this.#isTold = true;
    return quiet(Promise.reject(this.#failure));
  }

  #finish(failure: Error | null): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    this.#opening = null;
    this.#waiting.clear();
    this.#topic.leave(this);
    this.#tell(failure);
    for (const listener of this.#listeners.splice(0)) listener(failure);
  }

  #tell(failure: Error | null): void {
    const taker = this.#taker;
    this.#taker = null;
    if (taker === null) return;
    this.#isTold = true;
    if (failure === null) taker.resolve(done);
    else {
      void quiet(taker.promise);
      taker.reject(failure);
    }
  }
}

const done: IteratorResult<never> = { value: undefined, done: true };
