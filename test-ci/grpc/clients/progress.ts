import type { Asked } from "./client.ts";

/** A call on its way: says when its messages are sent, and when it is cancelled. */
export class Progress {
  readonly #asked: Asked;
  readonly #header = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #cancel: () => void;
  #answers = 0;
  #next = Promise.withResolvers<void>();

  /** `whenBegun`: resolves when the handler has begun with a key. */
  constructor(asked: Asked, cancel: () => void, whenBegun: (key: string) => Promise<unknown>) {
    this.#asked = asked;
    this.#cancel = cancel;
    if (asked.cancelWhenBegun !== undefined)
      whenBegun(asked.cancelWhenBegun).then(cancel, (thrown: unknown) => this.#ended.reject(thrown));
    this.#ended.promise.catch(() => {});
  }

  headerCame(): void {
    this.#header.resolve();
    if (this.#asked.cancelAfter === 0) this.#cancel();
  }

  answerCame(): void {
    this.#answers += 1;
    const next = this.#next;
    this.#next = Promise.withResolvers<void>();
    next.resolve();
    if (this.#answers === this.#asked.cancelAfter) this.#cancel();
  }

  ended(): void {
    this.#ended.resolve();
    this.#next.resolve();
  }

  /** The messages, each when it is to be sent. */
  async *messages<T>(made: readonly T[]): AsyncGenerator<T> {
    const { awaitsHeader, inTurn, staysOpen } = this.#asked;
    if (awaitsHeader === true) await Promise.race([this.#header.promise, this.#ended.promise]);
    for (const [place, message] of made.entries()) {
      if (inTurn === true && this.#answers < place) await this.#next.promise;
      yield message;
    }
    if (staysOpen === true) await this.#ended.promise;
  }
}
