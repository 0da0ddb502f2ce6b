/** What a service is (grpc/health/v1/health.proto). */
export type ServingStatus = "SERVING" | "NOT_SERVING" | "SERVICE_UNKNOWN";

/** The statuses of one service as one caller watches them: whoever reads slowly gets the last one, not all between. */
export class HealthWatch implements AsyncIterableIterator<{ readonly status: ServingStatus }> {
  #status: ServingStatus;
  #told: ServingStatus | null;
  readonly #isFixed: boolean;
  #taker: PromiseWithResolvers<IteratorResult<{ readonly status: ServingStatus }>> | null;
  /** What ends it after the last status. */
  #failure: Error | null;
  #isOver: boolean;
  #listener: () => void;

  /** `isFixed`: no update changes it, for what is unknown stays so. */
  constructor(status: ServingStatus, isFixed: boolean) {
    this.#status = status;
    this.#told = null;
    this.#isFixed = isFixed;
    this.#taker = null;
    this.#failure = null;
    this.#isOver = false;
    this.#listener = () => {};
  }

  whenOver(listener: () => void): void {
    this.#listener = listener;
  }

  update(status: ServingStatus): void {
    if (!this.#isFixed) this.#status = status;
    this.#answer();
  }

  /** Ends it, after whatever is to be told still. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#answer();
  }

  next(): Promise<IteratorResult<{ readonly status: ServingStatus }>> {
    if (this.#isOver) return Promise.resolve(done);
    const taker = Promise.withResolvers<IteratorResult<{ readonly status: ServingStatus }>>();
    this.#taker = taker;
    this.#answer();
    return taker.promise;
  }

  return(): Promise<IteratorResult<{ readonly status: ServingStatus }>> {
    this.#taker?.resolve(done);
    this.#end();
    return Promise.resolve(done);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #answer(): void {
    const taker = this.#taker;
    if (taker === null) return;
    if (this.#status !== this.#told) {
      this.#taker = null;
      this.#told = this.#status;
      taker.resolve({ value: { status: this.#status }, done: false });
    } else if (this.#failure !== null) {
      taker.reject(this.#failure);
      this.#end();
    }
  }

  #end(): void {
    this.#taker = null;
    this.#isOver = true;
    this.#listener();
  }
}

const done: IteratorResult<never> = { value: undefined, done: true };
