import { isPromise } from "../../../base/awaitable.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { ResponseStream } from "../../../net/exchange.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { errorContent } from "../error.ts";
import type { RestRequest } from "../request.ts";
import { endEvent, eventOf, problemEvent, retryEvent } from "./event-text.ts";
import type { OpenStream } from "./open-streams.ts";

type Answers = AsyncIterator<unknown> | Iterator<unknown>;

/** What a timer of Node takes at most, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/** One stream of events on its way: the next one is asked for when the peer has taken those before it. */
export class EventStream implements OpenStream {
  readonly #request: RestRequest;
  readonly #contract: OperationContract;
  readonly #stream: ResponseStream;
  /** Something was sent since the last look. */
  #isBusy: boolean;
  /** All has been told that there was. */
  #isWhole: boolean;
  /** Ends the answers; null until there are any, and after their end. */
  #end: ((reason: Error | null) => void) | null;

  constructor(request: RestRequest, contract: OperationContract, stream: ResponseStream) {
    this.#request = request;
    this.#contract = contract;
    this.#stream = stream;
    this.#isBusy = true;
    this.#isWhole = false;
    this.#end = null;
  }

  /** Sends all that there is, for `milliseconds` at most (0: for ever). Never rejects. */
  async send(answers: Answers, milliseconds: number): Promise<void> {
    const { streams } = this.#request.mount;
    const ended = Promise.withResolvers<Error | null>();
    this.#end = ended.resolve;
    const late = (): void => ended.resolve(frameworkError("DEADLINE_EXCEEDED"));
    const timer = milliseconds === 0 ? null : setTimeout(late, Math.min(milliseconds, longestTimer));
    const leave = (): void => ended.resolve(null);
    this.#request.signal.addEventListener("abort", leave, { once: true });
    streams.add(this);
    let errorCode: string | null = null;
    try {
      const reason = await Promise.race([this.#sendEach(answers), ended.promise]);
      if (reason !== null) errorCode = this.#tell(reason);
      // A handler that waits for something else learns of it by its signal.
      if (!this.#isWhole) this.#request.call?.expire(reason ?? frameworkError("CANCELLED"));
    } catch (thrown) {
      errorCode = this.#tell(thrown);
    } finally {
      if (timer !== null) clearTimeout(timer);
      this.#request.signal.removeEventListener("abort", leave);
      streams.remove(this);
      this.#end = null;
      void Promise.resolve(answers.return?.()).catch(() => {});
      this.#stream.end();
      this.#request.finished(200, errorCode);
    }
  }

  beat(): void {
    if (!this.#isBusy) this.#write(":\n\n");
    this.#isBusy = false;
  }

  /** Without an end of its own: the client connects anew, elsewhere. */
  stop(): void {
    this.#end?.(null);
  }

  async #sendEach(answers: Answers): Promise<null> {
    await this.#stream.write(retryEvent());
    for (;;) {
      const next = answers.next();
      const { done, value } = isPromise(next) ? await next : next;
      // Whoever has ended it meanwhile has told why.
      if (this.#end === null) return null;
      this.#isBusy = true;
      const written = this.#stream.write(done === true ? endEvent : eventOf(this.#contract, value));
      if (isPromise(written)) await written;
      this.#isWhole = done === true;
      if (this.#isWhole) return null;
    }
  }

  /** Tells why there is no more; answers its code. */
  #tell(thrown: unknown): string | null {
    if (this.#request.signal.aborted) return null;
    const error = this.#request.mount.toApiError(thrown, this.#request.requestId);
    this.#write(problemEvent(errorContent(error).body));
    return error.code;
  }

  /** What cannot be written is of no use any more: the peer is gone, as the stream's own writes will tell. */
  #write(text: string): void {
    try {
      const written = this.#stream.write(text);
      if (isPromise(written)) written.then(undefined, () => {});
    } catch {
      // As above.
    }
  }
}
