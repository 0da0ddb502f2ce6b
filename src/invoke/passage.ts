import { type Awaitable, isPromise, quiet } from "../base/awaitable.ts";
import { toError } from "../base/thrown.ts";

/** What values of a stream come from. */
export type Source = AsyncIterable<unknown> | Iterable<unknown>;

/** Whether a value can be gone through, of which its type cannot be trusted. */
export function isSource(value: unknown): value is Source {
  return (
    typeof value === "object" && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}

/** The answers of a subscription's handler, of which plain JavaScript may make anything. */
export function toSource(answers: unknown): Source {
  if (isSource(answers)) return answers;
  throw new TypeError(
    "The handler of a subscription answers what can be iterated, such as an async generator",
  );
}

/**
 * Values of a stream on their way from one side of a call to the other: taken one by one, once, each passed through `read`. Whoever
 * holds it may end it, and then the side that waits for a value learns of it at once, whatever the other one does.
 */
export class Passage<T> implements AsyncIterableIterator<T> {
  readonly #source: AsyncIterator<unknown> | Iterator<unknown>;
  readonly #read: (value: unknown, index: number) => Awaitable<T>;
  #index: number;
  /** Somebody waits for a value. */
  #taker: PromiseWithResolvers<IteratorResult<T>> | null;
  #isOver: boolean;
  /** What ended it, or null; told to whoever asks for the next value. */
  #failure: Error | null;
  #isTold: boolean;
  #listener: ((failure: Error | null) => void) | null;

  /** `read`: throws for a value that must not pass, which ends the stream. The index of the first one is 0. */
  constructor(source: Source, read: (value: unknown, index: number) => Awaitable<T>) {
    this.#source =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
    this.#read = read;
    this.#index = 0;
    this.#taker = null;
    this.#isOver = false;
    this.#failure = null;
    this.#isTold = false;
    this.#listener = null;
  }

  /** Calls `listener` once, when no value follows: with what broke the stream off, or with null. */
  whenOver(listener: (failure: Error | null) => void): void {
    if (this.#isOver) listener(this.#failure);
    else this.#listener = listener;
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#isOver) return this.#afterwards();
    if (this.#taker !== null) return Promise.reject(new Error("The value before is not there yet"));
    const taker = Promise.withResolvers<IteratorResult<T>>();
    this.#taker = taker;
    try {
      const next = this.#source.next();
      if (isPromise(next))
        next.then(
          (result) => this.#arrived(taker, result),
          (thrown: unknown) => this.#finish(toError(thrown), false),
        );
      else this.#arrived(taker, next);
    } catch (thrown) {
      this.#finish(toError(thrown), false);
    }
    return taker.promise;
  }

  /** Whoever takes the values wants no more. */
  return(): Promise<IteratorResult<T>> {
    this.#isTold = true;
    this.#finish(null, true);
    return Promise.resolve(done);
  }

  /** No value follows, because of an error. */
  fail(error: Error): void {
    this.#finish(error, true);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #arrived(taker: PromiseWithResolvers<IteratorResult<T>>, result: IteratorResult<unknown>): void {
    if (this.#isOver) return;
    if (result.done === true) {
      this.#finish(null, false);
      return;
    }
    try {
      const read = this.#read(result.value, this.#index);
      this.#index += 1;
      if (!isPromise(read)) this.#pass(taker, read);
      else
        read.then(
          (value) => this.#pass(taker, value),
          (thrown: unknown) => this.fail(toError(thrown)),
        );
    } catch (thrown) {
      this.fail(toError(thrown));
    }
  }

  #pass(taker: PromiseWithResolvers<IteratorResult<T>>, value: T): void {
    if (this.#isOver) return;
    this.#taker = null;
    taker.resolve({ value, done: false });
  }

  #afterwards(): Promise<IteratorResult<T>> {
    if (this.#failure === null || this.#isTold) return Promise.resolve(done);
    this.#isTold = true;
    return quiet(Promise.reject(this.#failure));
  }

  #finish(failure: Error | null, dropsRest: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    if (dropsRest) this.#drop();
    this.#tell(failure);
    this.#listener?.(failure);
    this.#listener = null;
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

  /** Lets the source clean up. What it throws while doing so concerns nobody any more. */
  #drop(): void {
    try {
      Promise.resolve(this.#source.return?.()).catch(() => {});
    } catch {
      // As above.
    }
  }
}

const done: IteratorResult<never> = { value: undefined, done: true };
