import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { ConnectionInfo } from "../exchange.ts";
import { HeadBlock } from "../head-block.ts";
import { NEVER } from "../sweep-clock.ts";
import type { ControlBudget } from "./control-budget.ts";
import { errorCodes } from "./error-codes.ts";
import { Http2Exchange } from "./exchange.ts";
import type { ExchangeOwner } from "./exchange-owner.ts";
import { connectionFailure, type StreamFailure } from "./failure.ts";
import { INITIAL_WINDOW, MAX_INT31 } from "./frame-types.ts";
import { writeReset, writeWindowUpdate } from "./frames.ts";
import { HandlerCalls } from "./handler-calls.ts";
import { OpenStreams } from "./open-streams.ts";
import { ReceiveWindow } from "./receive-window.ts";
import { RecentIds } from "./recent-ids.ts";
import type { Http2RequestHead } from "./request-head.ts";
import type { Sender } from "./sender.ts";
import { Http2Stream, type StreamOwner, type StreamTunnel } from "./stream.ts";

/** RFC 9110 §15.2.1. */
const continueBlock = new HeadBlock(100);

/** What the streams of a connection need of it. */
export interface StreamsParts {
  readonly context: ConnectionContext;
  readonly info: ConnectionInfo;
  readonly sender: Sender;
  readonly budget: ControlBudget;
  /** The last stream has gone. */
  readonly emptied: () => void;
}

/** How the content of a request was announced. */
export interface Announced {
  /** Nothing follows the head. */
  readonly isNone: boolean;
  /** Bytes by Content-Length; null for unknown. */
  readonly length: number | null;
  /** The peer waits for a 100. */
  readonly awaitsContinue: boolean;
}

/** All open streams of one connection: from a request's head to the end of its answer. */
export class Streams implements StreamOwner, ExchangeOwner {
  readonly context: ConnectionContext;
  readonly sender: Sender;
  readonly calls: HandlerCalls;
  /** What the peer may send on all streams together. */
  readonly window: ReceiveWindow;
  /** The highest id of a stream that the peer has opened. */
  lastId: number;
  /** What a new stream's window for us begins with. */
  sendWindow: number;
  readonly #parts: StreamsParts;
  readonly #open: OpenStreams<Http2Stream>;
  readonly #reset: RecentIds;
  /** The server stops. */
  #isDraining: boolean;

  constructor(parts: StreamsParts) {
    const { limits } = parts.context;
    this.context = parts.context;
    this.sender = parts.sender;
    this.calls = new HandlerCalls(parts.context, parts.info, this);
    this.window = new ReceiveWindow(limits.connectionWindowBytes, INITIAL_WINDOW);
    this.lastId = 0;
    this.sendWindow = INITIAL_WINDOW;
    this.#parts = parts;
    this.#open = new OpenStreams();
    this.#reset = new RecentIds(limits.streams * 2);
    this.#isDraining = false;
  }

  get count(): number {
    return this.#open.size;
  }

  /**
   * There is no room for another stream. Handlers that still run for streams which were reset count as well: who opens and
   * resets must not have more work done than others (CVE-2023-44487).
   */
  get isFull(): boolean {
    const { streams } = this.context.limits;
    return this.#open.size >= streams || this.calls.unanswered >= streams * 2;
  }

  find(id: number): Http2Stream | undefined {
    return this.#open.get(id);
  }

  /** We have reset it, not long ago. */
  wasReset(id: number): boolean {
    return this.#reset.has(id);
  }

  /** A stream that is refused as if it had never been. */
  turnAway(failure: StreamFailure): void {
    this.context.refuse(failure.error, this.#parts.info, null);
    this.#writeReset(failure.stream, failure.code);
  }

  /** A request's head has come. */
  begin(id: number, head: Http2RequestHead, announced: Announced): void {
    const stream = this.#add(id, head, announced);
    if (announced.isNone) this.calls.ready(stream);
    else this.calls.expect(stream);
  }

  /** A request that is answered without a handler. */
  refuse(id: number, head: Http2RequestHead, announced: Announced, error: ApiError): void {
    this.calls.refuse(this.#add(id, head, announced), error);
  }

  /** A part of the content of an open stream. */
  content(stream: Http2Stream, part: Uint8Array): void {
    if (stream.tunnel !== null) stream.tunnel.received(part);
    else stream.incoming?.push(part);
    if (stream.incoming === null || stream.isGone) return;
    if (stream.incoming.isOver)
      this.fail(stream, errorCodes.protocolError, "there is more content than declared");
    else if (stream.incoming.isUnwanted) this.reset(stream, errorCodes.noError);
  }

  /** The peer has sent the last of a stream. */
  remoteEnded(stream: Http2Stream, trailers: readonly string[] | null): void {
    if (stream.incoming?.isShort === true && !stream.isLocalEnded) {
      this.fail(stream, errorCodes.protocolError, "there is less content than declared");
      return;
    }
    stream.isRemoteEnded = true;
    stream.incoming?.end(trailers);
    stream.tunnel?.ended();
    if (stream.isLocalEnded) this.#close(stream);
    else this.calls.ready(stream);
  }

  /** The peer has changed the windows that streams begin with, and those of open streams by as much (RFC 9113 §6.9.2). */
  resizeWindows(size: number): void {
    const difference = size - this.sendWindow;
    this.sendWindow = size;
    if (difference === 0) return;
    for (const stream of this.#open.all()) {
      stream.sendWindow += difference;
      if (stream.sendWindow > MAX_INT31)
        throw connectionFailure("flowControlError", "SETTINGS makes a window larger than 2^31-1");
    }
    for (const stream of this.#open.all()) this.sender.ready(stream);
  }

  used(stream: Http2Stream, bytes: number): void {
    const { output } = this.sender;
    const forAll = this.window.giveBack(bytes);
    if (forAll > 0) writeWindowUpdate(output, 0, forAll);
    if (stream.incoming !== null && !stream.isGone && !stream.isRemoteEnded) {
      const forStream = stream.incoming.window.giveBack(bytes);
      if (forStream > 0) writeWindowUpdate(output, stream.id, forStream);
    }
    output.flushSoon();
  }

  /** DATA that nobody takes in was counted against the window of the connection. */
  unused(bytes: number): void {
    const increment = this.window.giveBack(bytes);
    if (increment > 0) writeWindowUpdate(this.sender.output, 0, increment);
  }

  goOn(stream: Http2Stream): void {
    if (
      !stream.isGone &&
      !stream.isLocalEnded &&
      stream.user instanceof Http2Exchange &&
      !stream.user.isAnswered
    )
      this.sender.block(stream.id, continueBlock.http2, false);
  }

  answered(): void {
    this.calls.unanswered -= 1;
  }

  openTunnel(stream: Http2Stream, tunnel: StreamTunnel): void {
    this.calls.unanswered -= 1;
    stream.user = tunnel;
    stream.tunnel = tunnel;
    stream.contentUntil = NEVER;
    // Not before whoever opens it has it.
    if (this.#isDraining) process.nextTick(() => tunnel.drain());
  }

  tunnelEmptied(stream: Http2Stream): void {
    if (stream.isLocalEnded && stream.isRemoteEnded) this.#close(stream);
  }

  breakOff(stream: Http2Stream, code: number): void {
    // It has ended on both sides, and its tunnel held back what had come.
    if (stream.isLocalEnded && stream.isRemoteEnded && !stream.isGone) this.lose(stream);
    else this.reset(stream, code);
  }

  /** Our last frame of a stream has been written. */
  localEnded(stream: Http2Stream): void {
    stream.isLocalEnded = true;
    this.#parts.budget.answered();
    if (stream.isRemoteEnded) this.#close(stream);
    else if (stream.tunnel === null) this.#discardRest(stream);
  }

  /** The peer breaks the rules in one stream: it ends, and is counted. Not for ever (CVE-2025-8671): then the connection fails. */
  fail(stream: Http2Stream, code: number, reason: string): void {
    const error = frameworkError("MALFORMED_REQUEST", `HTTP/2: ${reason}`);
    this.context.refuse(error, this.#parts.info, stream.head);
    this.reset(stream, code);
    if (!this.#parts.budget.spend())
      throw connectionFailure("enhanceYourCalm", "too many streams had to be reset");
  }

  reset(stream: Http2Stream, code: number): void {
    if (stream.isGone) return;
    this.#writeReset(stream.id, code);
    this.lose(stream);
    // What waited for its sake need not any more.
    this.calls.resume();
  }

  /** A stream ends before its answer does. */
  lose(stream: Http2Stream): void {
    this.#remove(stream);
    this.calls.drop(stream);
    stream.incoming?.fail(frameworkError("CANCELLED"));
    stream.user?.gone();
    if (this.#open.size === 0) this.#parts.emptied();
  }

  /** The connection is gone, or of no more use. */
  loseAll(): void {
    for (const stream of this.#open.all()) this.lose(stream);
  }

  /** Nothing more comes from the peer: what it has not sent to its end is lost, and the rest perhaps for nobody. */
  peerLeft(): void {
    this.calls.peerLeft();
    for (const stream of this.#open.all())
      if (!stream.isRemoteEnded) this.lose(stream);
      else if (stream.user instanceof Http2Exchange) stream.user.peerLeft();
    // What waited for the sake of the lost ones need not any more.
    this.calls.resume();
  }

  /** No window is opened any more: what is behind one that is used up can never leave. */
  resetKeptBack(): void {
    for (const stream of this.#open.all())
      if (stream.waitingBytes > 0 && (stream.sendWindow <= 0 || this.sender.window <= 0))
        this.reset(stream, errorCodes.cancel);
  }

  /** Tunnels end by their own protocols' means. */
  drainTunnels(): void {
    this.#isDraining = true;
    for (const stream of this.#open.all()) stream.tunnel?.drain();
  }

  sweep(tick: number): void {
    this.#open.shrink();
    for (const stream of this.#open.all()) {
      // One before it may have taken it along.
      if (stream.isGone) continue;
      stream.tunnel?.sweep(tick);
      if (stream.waitingBytes > 0 && tick >= this.sender.stalledAt(stream)) this.#stalled(stream);
      else if (!stream.isRemoteEnded && stream.tunnel === null) this.#watchContent(stream, tick);
    }
  }

  #add(id: number, head: Http2RequestHead, announced: Announced): Http2Stream {
    const stream = new Http2Stream(this, id, head, this.sendWindow);
    if (announced.isNone) stream.isRemoteEnded = true;
    else stream.expectContent(announced.length, announced.awaitsContinue);
    this.#open.add(stream);
    return stream;
  }

  /** The answer has left before the request has come whole (RFC 9113 §8.1). */
  #discardRest(stream: Http2Stream): void {
    const { incoming } = stream;
    if (incoming === null) return;
    incoming.discard();
    stream.contentUntil = this.context.clock.tick + this.context.timeouts.linger;
    if (incoming.isUnwanted) this.reset(stream, errorCodes.noError);
  }

  #watchContent(stream: Http2Stream, tick: number): void {
    // The time in which handlers hold the peer back, this one or those of other streams, is not counted against it.
    if (stream.incoming?.isHeldBack === true || this.window.isUsedUp) stream.contentUntil += 1;
    else if (tick >= stream.contentUntil) this.#contentLate(stream);
  }

  /** The handler, if it still reads, learns of it and answers. */
  #contentLate(stream: Http2Stream): void {
    stream.contentUntil = NEVER;
    if (stream.isLocalEnded) this.reset(stream, errorCodes.noError);
    // What may become a tunnel has no content that could be late.
    else if (stream.head.upgrade === null) {
      const error = frameworkError("REQUEST_TIMEOUT");
      this.context.refuse(error, this.#parts.info, stream.head);
      stream.incoming?.fail(error);
    }
  }

  /** The peer takes nothing of what waits for it, which costs memory. */
  #stalled(stream: Http2Stream): void {
    const error = frameworkError("REQUEST_TIMEOUT", "The peer took nothing of the answer for too long");
    this.context.refuse(error, this.#parts.info, stream.head);
    this.reset(stream, errorCodes.cancel);
  }

  #close(stream: Http2Stream): void {
    if (stream.isGone || stream.tunnel?.isEmpty === false) return;
    this.#remove(stream);
    stream.tunnel?.gone();
    if (this.#open.size === 0) this.#parts.emptied();
  }

  #remove(stream: Http2Stream): void {
    this.#open.delete(stream.id);
    stream.isGone = true;
    this.sender.drop(stream);
    stream.incoming?.abandon();
  }

  #writeReset(id: number, code: number): void {
    this.#reset.add(id);
    writeReset(this.sender.output, id, code);
    this.sender.output.flushSoon();
  }
}
