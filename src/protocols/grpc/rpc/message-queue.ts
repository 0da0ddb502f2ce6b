/** So many bytes of messages may wait for the handler; then the peer does. */
const WAITING_BYTES = 64 * 1024;
/** What a message costs beside its bytes. */
const MESSAGE_BYTES = 256;

interface Waiting {
  readonly message: unknown;
  readonly bytes: number;
}

/** Messages on their way to a handler, which takes them one by one; once. */
export class MessageQueue implements AsyncIterableIterator<unknown> {
  #waiting: Waiting[];
  #first: number;
  #bytes: number;
  #hasEnded: boolean;
  #error: unknown;
  /** The handler waits for a message. */
  #taker: PromiseWithResolvers<IteratorResult<unknown>> | null;
  /** Whoever brings messages waits for room. */
  #room: PromiseWithResolvers<void> | null;

  constructor() {
    this.#waiting = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#hasEnded = false;
    this.#error = null;
    this.#taker = null;
    this.#room = null;
  }

  /** Adds a message of so many bytes; resolves when there is room for more. */
  push(message: unknown, bytes: number): Promise<void> | undefined {
    if (this.#hasEnded) return undefined;
    if (this.#taker !== null) {
      const taker = this.#taker;
      this.#taker = null;
      taker.resolve({ value: message, done: false });
      return undefined;
    }
    const cost = bytes + MESSAGE_BYTES;
    this.#waiting.push({ message, bytes: cost });
    this.#bytes += cost;
    if (this.#bytes < WAITING_BYTES) return undefined;
    this.#room ??= Promise.withResolvers<void>();
    return this.#room.promise;
  }

  /** No message follows. */
  end(): void {
    this.#hasEnded = true;
    this.#taker?.resolve(done);
    this.#taker = null;
  }

  /** No message follows those that wait, because of an error. */
  fail(error: unknown): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (this.#taker === null) this.#error = error;
    else this.#taker.reject(error);
    this.#taker = null;
  }

  next(): Promise<IteratorResult<unknown>> {
    const waiting = this.#waiting[this.#first];
    if (waiting !== undefined) {
      this.#passed(waiting);
      return Promise.resolve({ value: waiting.message, done: false });
    }
    if (this.#error !== null) {
      const error = this.#error;
      this.#error = null;
      return Promise.reject(error);
    }
    if (this.#hasEnded) return Promise.resolve(done);
    if (this.#taker !== null) return Promise.reject(new Error("The message before is not there yet"));
    this.#taker = Promise.withResolvers<IteratorResult<unknown>>();
    return this.#taker.promise;
  }

  /** The handler wants no more: what comes is dropped. */
  return(): Promise<IteratorResult<unknown>> {
    this.#waiting = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#error = null;
    this.end();
    this.#letIn();
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #passed({ bytes }: Waiting): void {
    this.#bytes -= bytes;
    this.#first += 1;
    if (this.#first === this.#waiting.length) {
      this.#waiting = [];
      this.#first = 0;
    }
    if (this.#bytes < WAITING_BYTES / 2) this.#letIn();
  }

  #letIn(): void {
    this.#room?.resolve();
    this.#room = null;
  }
}

const done: IteratorResult<unknown> = { value: undefined, done: true };
