import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import { ArrivedBody, emptyBody } from "../body/arrived-body.ts";
import { ArrivingBody } from "../body/arriving-body.ts";
import { ByteQueue } from "../body/byte-queue.ts";
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

const nothing = new Uint8Array(0);

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
  /** The first part that came before a handler was called, as it was read: nearly always that is all, and used up before the next read. */
  #first: Uint8Array | null;
  /** What came before a handler was called; null as long as there is nothing, or only that. */
  #early: ByteQueue | null;
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
    this.#first = null;
    this.#early = null;
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
    else if (this.#body === null) this.#pushEarly(part);
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
  begin(): ArrivedBody | ArrivingBody {
    if (this.isEnded && this.#error === null) return this.#arrived();
    const body = new ArrivingBody(this.#declared, () => this.#wanted());
    this.#body = body;
    body.push(this.#takeEarly());
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
    this.#first = null;
    this.#early = null;
    this.#body?.drop();
    this.#release();
  }

  /** The stream is gone: what nobody has read is not counted against the peer any more. */
  abandon(): void {
    const used = this.#unread;
    this.#unread = 0;
    if (used > 0) this.#owner.used(used);
  }

  /** No handler is called before the next read, which may overwrite what has come: it is copied, and so is what comes from now on. */
  keep(): void {
    if (this.#early !== null) return;
    this.#early = new ByteQueue();
    if (this.#first !== null) this.#early.push(this.#first);
    this.#first = null;
  }

  /** What has come before the tunnel was opened; whoever takes it says when it is used. */
  takeEarly(): Uint8Array {
    this.#unread = 0;
    return this.#takeEarly();
  }

  get #earlySize(): number {
    if (this.#first !== null) return this.#first.length;
    return this.#early === null ? 0 : this.#early.size;
  }

  #pushEarly(part: Uint8Array): void {
    if (this.#first === null && this.#early === null) {
      if (part.length > 0) this.#first = part;
      return;
    }
    this.keep();
    this.#early?.push(part);
  }

  #takeEarly(): Uint8Array {
    const whole = this.#first ?? this.#early?.takeAll() ?? nothing;
    this.#first = null;
    return whole;
  }

  #arrived(): ArrivedBody {
    if (this.#earlySize === 0 && this.#trailers === null) return emptyBody;
    const isLasting = this.#first === null;
    const whole = this.#takeEarly();
    this.#release();
    return new ArrivedBody(whole, this.#trailers, isLasting);
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
    const waiting = this.#body === null ? this.#earlySize : this.#body.waiting;
    const used = this.#unread - waiting;
    if (used <= 0) return;
    this.#unread = waiting;
    this.#owner.used(used);
  }
}
