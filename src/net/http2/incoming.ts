import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import { ArrivedBody, emptyBody } from "../body/arrived-body.ts";
import { ArrivingBody } from "../body/arriving-body.ts";
import { ByteQueue } from "../body/byte-queue.ts";
import type { RequestBody } from "../exchange.ts";
import type { Limits } from "../limits.ts";
import { INITIAL_WINDOW } from "./frame-types.ts";
import { ReceiveWindow } from "./receive-window.ts";

/** What the stream does for its content. */
export interface IncomingOwner {
  /** So many bytes were used up: the peer may send as many more. */
  used(bytes: number): void;
  /** The handler wants content that the peer holds back until it is told to go on (RFC 9110 §10.1.1). */
  wanted(): void;
}

/** The content of a request, from the first DATA frame to the last; also while no handler has been called yet. */
export class Incoming {
  readonly window: ReceiveWindow;
  /** All has come. */
  isEnded: boolean;
  /** The peer waits for a 100. */
  awaitsContinue: boolean;
  readonly #owner: IncomingOwner;
  readonly #limits: Limits;
  /** By Content-Length. */
  readonly #declared: number | null;
  #received: number;
  /** Bytes that count against the peer's window. */
  #unread: number;
  /** What came before a handler was called. */
  readonly #early: ByteQueue;
  #body: ArrivingBody | null;
  #trailers: readonly string[] | null;
  /** Nobody reads it; so much more may come all the same. */
  #tolerated: number;
  #error: ApiError | null;

  constructor(owner: IncomingOwner, declared: number | null, awaitsContinue: boolean, limits: Limits) {
    // A peer that has not read our SETTINGS yet takes it for the initial one.
    this.window = new ReceiveWindow(
      limits.streamWindowBytes,
      Math.max(limits.streamWindowBytes, INITIAL_WINDOW),
    );
    this.isEnded = false;
    this.awaitsContinue = awaitsContinue;
    this.#owner = owner;
    this.#limits = limits;
    this.#declared = declared;
    this.#received = 0;
    this.#unread = 0;
    this.#early = new ByteQueue();
    this.#body = null;
    this.#trailers = null;
    this.#tolerated = Number.POSITIVE_INFINITY;
    this.#error = null;
  }

  /** There is more of it than was declared (RFC 9113 §8.1.1). */
  get isOver(): boolean {
    return this.#declared !== null && this.#received > this.#declared;
  }

  /** The end has come, and something of what was declared has not. */
  get isShort(): boolean {
    return this.#declared !== null && this.#received < this.#declared;
  }

  /** So much waits for the handler that it is the handler who holds the peer back, or it has not said to go on; or it may take its time. */
  get isHeldBack(): boolean {
    const { inputBytes, streamWindowBytes } = this.#limits;
    if (this.#body?.isEndless === true) return true;
    return this.awaitsContinue || (this.#body?.waiting ?? 0) >= Math.min(inputBytes, streamWindowBytes / 2);
  }

  /** Nobody reads it, and there is more of it than is worth taking in. */
  get isUnwanted(): boolean {
    return this.#tolerated < 0;
  }

  /** A part has come, which is counted against the peer's window until it is used. */
  push(part: Uint8Array): void {
    this.#received += part.length;
    this.#unread += part.length;
    if (this.#tolerated !== Number.POSITIVE_INFINITY) this.#tolerated -= part.length;
    else if (this.#body === null) this.#early.push(part);
    else this.#body.push(part);
    if (this.#received > this.#limits.bodyBytes && this.#body?.isEndless !== true)
      this.fail(frameworkError("CONTENT_TOO_LARGE"));
    this.#release();
  }

  /** The last part has come. */
  end(trailers: readonly string[] | null): void {
    this.isEnded = true;
    this.#trailers = trailers;
    this.#body?.finish(trailers);
  }

  /** No more will come, or may. */
  fail(error: ApiError): void {
    this.#error = error;
    this.#body?.fail(error);
  }

  /** The handler is called now: what it reads. */
  begin(): RequestBody {
    if (this.isEnded && this.#error === null) return this.#arrived();
    const body = new ArrivingBody(this.#declared, () => this.#wanted());
    this.#body = body;
    body.push(this.#early.takeAll());
    if (this.#error !== null) body.fail(this.#error);
    if (this.isEnded) body.finish(this.#trailers);
    return body;
  }

  /** The answer is given: the rest is dropped, up to a measure at which a reset is cheaper. */
  discard(): void {
    if (this.isEnded) return;
    const remaining = this.#declared === null ? 0 : this.#declared - this.#received;
    const { discardBytes } = this.#limits;
    this.#tolerated = this.awaitsContinue || remaining > discardBytes ? -1 : discardBytes;
    this.#early.clear();
    this.#body?.drop();
    this.#release();
  }

  /** The stream is gone: what nobody has read is not counted against the peer any more. */
  abandon(): void {
    const used = this.#unread;
    this.#unread = 0;
    if (used > 0) this.#owner.used(used);
  }

  /** What has come before the tunnel was opened; whoever takes it says when it is used. */
  takeEarly(): Uint8Array {
    this.#unread = 0;
    return this.#early.takeAll();
  }

  #arrived(): RequestBody {
    if (this.#early.size === 0 && this.#trailers === null) return emptyBody;
    const whole = this.#early.takeAll();
    this.#release();
    return new ArrivedBody(whole, this.#trailers);
  }

  #wanted(): void {
    if (this.awaitsContinue) {
      this.awaitsContinue = false;
      this.#owner.wanted();
    }
    this.#release();
  }

  /** What the handler has taken may be sent again. */
  #release(): void {
    const waiting = this.#body === null ? this.#early.size : this.#body.waiting;
    const used = this.#unread - waiting;
    if (used <= 0) return;
    this.#unread = waiting;
    this.#owner.used(used);
  }
}
