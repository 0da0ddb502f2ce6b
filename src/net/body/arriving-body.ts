import { type Awaitable, isPromise } from "../../base/awaitable.ts";
import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { PartVisitor, RequestBody } from "../exchange.ts";
import { ByteQueue } from "./byte-queue.ts";

/** How the content's reader is to have it; it can be claimed once. */
const UNCLAIMED = 0;
const WHOLE = 1;
const PARTS = 2;
const VISITED = 3;
const DROPPED = 4;

/**
 * Content that is still on its way when the handler is called. The connection pushes what comes and then calls `finish` or
 * `fail`; the handler reads it as a whole or in parts.
 */
export class ArrivingBody implements RequestBody {
  readonly length: number | null;
  trailers: readonly string[] | null;
  /** Neither its length nor its time is limited. */
  isEndless: boolean;
  readonly #onWanted: () => void;
  readonly #queue: ByteQueue;
  #claim: number;
  #limit: number;
  #finished: boolean;
  #error: ApiError | null;
  #waiter: PromiseWithResolvers<void> | null;
  #visits: Visits | null;

  /** `onWanted` is called when a reader is ready for more. */
  constructor(length: number | null, onWanted: () => void) {
    this.length = length;
    this.trailers = null;
    this.isEndless = false;

    this.#onWanted = onWanted;
    this.#queue = new ByteQueue();
    this.#claim = UNCLAIMED;
    this.#limit = Number.POSITIVE_INFINITY;
    this.#finished = false;
    this.#error = null;
    this.#waiter = null;
    this.#visits = null;
  }

  /** Bytes that wait for a reader who takes them piece by piece, or who has not come yet. */
  get waiting(): number {
    return this.#claim === WHOLE ? 0 : this.#queue.size;
  }

  bytes(limit: number = Number.POSITIVE_INFINITY): Awaitable<Uint8Array> {
    this.#claimAs(WHOLE);
    this.#limit = limit;
    if ((this.length ?? this.#queue.size) > limit) {
      this.#queue.clear();
      this.#error ??= frameworkError("CONTENT_TOO_LARGE");
    }
    if (this.#error !== null) throw this.#error;
    if (this.#finished) return this.#queue.takeAll();
    this.#onWanted();
    return this.#whole();
  }

  stream(): AsyncIterable<Uint8Array> {
    this.#claimAs(PARTS);
    this.#onWanted();
    return this.#parts();
  }

  each(visit: PartVisitor, extent: "limited" | "endless" = "limited"): Promise<void> {
    this.#claimAs(VISITED);
    this.isEndless = extent === "endless";
    const visits = { visit, isPending: false, end: Promise.withResolvers<void>() };
    visits.end.promise.catch(ignore);
    this.#visits = visits;
    this.#onWanted();
    this.#visitQueued(visits);
    return visits.end.promise;
  }

  push(part: Uint8Array): void {
    if (this.#claim === DROPPED || this.#error !== null) return;
    if (this.#visits !== null && !this.#visits.isPending && this.#queue.size === 0) {
      this.#visitPart(this.#visits, part);
      return;
    }
    this.#queue.push(part);
    if (this.#claim === PARTS) this.#wake();
    else if (this.#claim === WHOLE && this.#queue.size > this.#limit)
      this.fail(frameworkError("CONTENT_TOO_LARGE"));
  }

  /** All has come. */
  finish(trailers: readonly string[] | null): void {
    this.trailers = trailers;

    this.#finished = true;
    this.#wake();
  }

  /** No more will come. A reader gets the error after the parts that came before it. */
  fail(error: ApiError): void {
    if (this.#finished || this.#error !== null) return;
    this.#error = error;
    if (this.#claim === WHOLE) this.#queue.clear();
    this.#wake();
  }

  /** Nobody wants the rest. */
  drop(): void {
    this.fail(frameworkError("CANCELLED"));
    this.#claim = DROPPED;
    this.#queue.clear();
  }

  #claimAs(claim: number): void {
    if (this.#claim !== UNCLAIMED && this.#claim !== DROPPED) throw new Error("The content is read already");
    if (this.#claim === UNCLAIMED) this.#claim = claim;
  }

  #whole(): Promise<Uint8Array> {
    const whole = this.#arrival().then(() => {
      if (this.#error !== null) throw this.#error;
      return this.#queue.takeAll();
    });
    whole.catch(ignore);
    return whole;
  }

  async *#parts(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const part = this.#queue.shift();
        if (part !== null) {
          this.#onWanted();
          yield part;
        } else if (this.#error !== null) throw this.#error;
        else if (this.#finished) return;
        else await this.#arrival();
      }
    } finally {
      this.drop();
    }
  }

  #visitPart(visits: Visits, part: Uint8Array): void {
    try {
      const visited = visits.visit(part);
      if (!isPromise(visited)) return;
      visits.isPending = true;
      visited.then(
        () => {
          visits.isPending = false;
          this.#visitQueued(visits);
        },
        (thrown: unknown) => this.#stopVisits(visits, thrown),
      );
    } catch (thrown) {
      this.#stopVisits(visits, thrown);
    }
  }

  #visitQueued(visits: Visits): void {
    while (!visits.isPending) {
      const part = this.#queue.shift();
      if (part === null) break;
      this.#onWanted();
      this.#visitPart(visits, part);
    }
    if (visits.isPending) return;
    if (this.#error !== null) visits.end.reject(this.#error);
    else if (this.#finished) visits.end.resolve();
  }

  #stopVisits(visits: Visits, thrown: unknown): void {
    visits.end.reject(thrown);
    this.drop();
  }

  /** Resolves at the next change; a failure is looked up by who waits, so that it never rejects unseen. */
  #arrival(): Promise<void> {
    this.#waiter ??= Promise.withResolvers<void>();
    return this.#waiter.promise;
  }

  #wake(): void {
    if (this.#claim === WHOLE && !this.#finished && this.#error === null) return;
    const waiter = this.#waiter;
    this.#waiter = null;
    waiter?.resolve();
    if (this.#visits !== null) this.#visitQueued(this.#visits);
  }
}

/** What is going on of {@link RequestBody.each}. */
interface Visits {
  readonly visit: PartVisitor;
  /** The visitor has not done with a part; those after it wait. */
  isPending: boolean;
  readonly end: PromiseWithResolvers<void>;
}

/** A handler that lost interest must not bring the process down; who awaits gets the error all the same. */
function ignore(): void {}
