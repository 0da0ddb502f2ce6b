import { type Awaitable, isPromise } from "../../../base/awaitable.ts";
import { Passage, toSource } from "../../../invoke/passage.ts";
import { toGraphqlError } from "../error.ts";
import { ExecutionResult } from "./execution.ts";
import type { ToApiError } from "./field-failure.ts";

/**
 * The results of a subscription. What breaks it off is told by its last result, which has no data. Whoever listens no more is let
 * go at once, whatever the stream waits for.
 */
export class ResultStream<T> implements AsyncIterableIterator<ExecutionResult> {
  readonly #source: AsyncIterator<T>;
  readonly #toResult: (event: T) => Awaitable<ExecutionResult>;
  readonly #toApiError: ToApiError;
  #isOver: boolean;

  constructor(
    source: AsyncIterable<T>,
    toResult: (event: T) => Awaitable<ExecutionResult>,
    toApiError: ToApiError,
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#toResult = toResult;
    this.#toApiError = toApiError;
    this.#isOver = false;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.#isOver) return done;
    try {
      const { value, done: isDone } = await this.#source.next();
      if (this.#isOver) return done;
      if (isDone !== true) {
        const result = this.#toResult(value);
        return { value: isPromise(result) ? await result : result, done: false };
      }
      this.#isOver = true;
      return done;
    } catch (thrown) {
      if (this.#isOver) return done;
      this.#isOver = true;
      return {
        value: ExecutionResult.refused(toGraphqlError(this.#toApiError(thrown), {})),
        done: false,
      };
    }
  }

  return(): Promise<IteratorResult<ExecutionResult>> {
    if (!this.#isOver) {
      this.#isOver = true;
      // What it throws while it cleans up concerns nobody any more.
      Promise.resolve(this.#source.return?.()).catch(() => {});
    }
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** What an operation answers as a stream, whatever it is. */
export function toStream(events: unknown): AsyncIterable<unknown> {
  const source = toSource(events);
  return Symbol.asyncIterator in source ? source : new Passage(source, (event) => event);
}

const done: IteratorResult<never> = { value: undefined, done: true };
