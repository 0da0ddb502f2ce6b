import type { Socket } from "node:net";
import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { Connection } from "../connection.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { RequestBody } from "../exchange.ts";
import { toRefusable } from "../refusal.ts";
import { writeText } from "./answer.ts";
import { Arrival } from "./arrival.ts";
import { ArrivedBody, emptyBody } from "./arrived-body.ts";
import { Deadline } from "./deadline.ts";
import { Http1Exchange } from "./exchange.ts";
import type { ExchangeOwner } from "./exchange-owner.ts";
import { toFieldLines } from "./field-lines.ts";
import { malformed } from "./malformed.ts";
import { Output } from "./output.ts";
import { BODY_FULL, INPUT_FULL, OUTPUT_FULL, ReadHolds } from "./read-holds.ts";
import { RequestReader } from "./request-reader.ts";

/** The stages of a connection; it never goes back. */
const OPEN = 0;
/** The present answer is the last one. */
const LAST = 1;
/** Everything is written; the peer may read it and close (RFC 9112 §9.6). */
const LINGERING = 2;
const GONE = 3;

/**
 * One HTTP/1.1 connection. Requests are taken one at a time: the next head is read when the answer before it is written, so that answers
 * leave in order and a peer can have but one request worked on. `#advance` is the only loop; whatever happens
 * (bytes, an answer, a drained socket) ends in a call of it.
 */
export class Http1Connection implements Connection, ExchangeOwner {
  readonly output: Output;
  readonly #context: ConnectionContext;
  readonly #socket: Socket;
  readonly #reader: RequestReader;
  readonly #holds: ReadHolds;
  readonly #deadline: Deadline;
  /** Bytes that have come and are not used yet, from `#at` on; null when there are none. */
  #input: Buffer | null;
  #at: number;
  #exchange: Http1Exchange | null;
  #arrival: Arrival | null;
  #stage: number;
  #advancing: boolean;
  #peerEnded: boolean;
  #draining: boolean;
  /** Where the present content ends is not known any more: what comes is not looked at. */
  #broken: boolean;

  constructor(context: ConnectionContext, socket: Socket, secure: boolean) {
    this.output = new Output(socket);
    this.#context = context;
    this.#socket = socket;
    this.#reader = new RequestReader(context.limits, secure, socket.remoteAddress ?? "");
    this.#holds = new ReadHolds(socket);
    this.#deadline = new Deadline(context.clock, context.timeouts);
    this.#input = null;
    this.#at = 0;
    this.#exchange = null;
    this.#arrival = null;
    this.#stage = OPEN;
    this.#advancing = false;
    this.#peerEnded = false;
    this.#draining = false;
    this.#broken = false;
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    socket.on("end", () => this.#peerHasEnded());
    socket.on("drain", () => this.#drained());
    socket.on("timeout", () => this.#stalled());
    // What there is to know comes with `close`, which always follows.
    socket.on("error", () => {});
    socket.on("close", () => this.#closed());
  }

  /** Takes bytes of the peer. */
  receive(chunk: Buffer): void {
    if (this.#stage >= LINGERING || this.#broken) return;
    this.#input = this.#input === null ? chunk : Buffer.concat([this.#input.subarray(this.#at), chunk]);
    this.#at = 0;
    this.#advance();
  }

  get dateLine(): string {
    return this.#context.clock.dateLine;
  }

  connectionLine(mustClose: boolean): string {
    const exchange = this.#exchange;
    const ends = mustClose || this.#draining || this.#broken || exchange?.persistent !== true;
    const unread = this.#arrival !== null && !this.#arrival.isDiscardable && !this.#arrival.body.isBeingRead;
    if (ends || unread) {
      if (this.#stage === OPEN) this.#stage = LAST;
      return "connection: close\r\n";
    }
    return exchange.request.connection.httpVersion === "1.0" ? "connection: keep-alive\r\n" : "";
  }

  completed(): void {
    this.#exchange = null;
    if (this.#arrival !== null) {
      if (!this.#arrival.isDiscardable || this.#broken) this.#stage = Math.max(this.#stage, LAST);
      this.#arrival.body.drop();
      this.#holdContent(false);
    }
    if (this.#stage === OPEN && this.#arrival === null) this.#deadline.set("idle");
    this.#advance();
  }

  /** By RST where the transport has one: the end of a close-delimited answer must not look like its end. */
  breakOff(): void {
    this.#stage = GONE;
    try {
      this.#socket.resetAndDestroy();
    } catch {
      this.#socket.destroy();
    }
  }

  /** A reader is ready for more content. */
  contentWanted(): void {
    const arrival = this.#arrival;
    if (arrival === null) return;
    if (arrival.awaitsContinue) {
      arrival.awaitsContinue = false;
      this.#deadline.set("body");
      if (this.#exchange?.isAnswered === false) this.output.write("HTTP/1.1 100 Continue\r\n\r\n");
      this.output.flushSoon();
    }
    if (!arrival.isFull) this.#holdContent(false);
  }

  sweep(tick: number): void {
    // A peer that does not read costs memory: only while something waits for it is there a timer for that.
    const waiting = this.#socket.writableLength > 0;
    if (waiting !== (this.#socket.timeout ?? 0) > 0)
      this.#socket.setTimeout(waiting ? this.#context.limits.writeStallMs : 0);
    if (this.#stage === LINGERING && !waiting && !this.#deadline.isFor("linger"))
      this.#deadline.set("linger");
    if (this.#deadline.isPassed(tick)) this.#expire(waiting);
  }

  drain(): void {
    this.#draining = true;
    if (this.#exchange === null && this.#arrival === null && this.#input === null) this.#finish();
  }

  destroy(): void {
    this.#stage = GONE;
    this.#socket.destroy();
  }

  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    this.output.gather();
    try {
      while (this.#step());
    } catch (thrown) {
      this.#refuse(toRefusable(thrown));
    }
    this.output.release();
    this.#advancing = false;
    if (this.#stage === LAST && this.#exchange === null) this.#finish();
    if (this.#stage >= LINGERING) return;
    this.#holds.set(OUTPUT_FULL, this.output.isFull);
    this.#holds.set(
      INPUT_FULL,
      this.#input !== null && this.#input.length - this.#at > this.#context.limits.inputBytes,
    );
  }

  /** Does one thing; false when there is nothing to do for now. */
  #step(): boolean {
    if (this.#arrival !== null) return this.#readContent(this.#arrival);
    if (this.#exchange !== null || this.#stage !== OPEN || this.output.isFull) return false;
    return this.#readRequest();
  }

  #readRequest(): boolean {
    const input = this.#input;
    if (input === null) return this.#awaitHead();
    const head = this.#reader.read(input, this.#at);
    if (head === null) return this.#awaitHead();
    this.#use(input, this.#reader.end);
    const body = this.#beginContent();
    const exchange = new Http1Exchange(this, head, body, this.#reader.isPersistent);
    this.#reader.reset();
    this.#exchange = exchange;
    if (this.#peerEnded) this.#cancel(exchange);
    if (this.#arrival !== null) this.#readContent(this.#arrival);
    this.#call(exchange);
    return true;
  }

  /** Bytes of the input are used up to `end`. */
  #use(input: Buffer, end: number): void {
    this.#at = end;
    if (end === input.length) this.#input = null;
  }

  /** There is no whole head yet. */
  #awaitHead(): boolean {
    const begun = !this.#reader.isBlank;
    if (this.#peerEnded) {
      if (begun) throw malformed("it ends before its head does");
      this.#stage = LAST;
    } else if (begun && !this.#deadline.isFor("header")) this.#deadline.set("header");
    else if (!begun && this.#draining) this.#stage = LAST;
    return false;
  }

  /** The content of the head that was just read. Nearly always it is empty or has come whole with the head. */
  #beginContent(): RequestBody {
    const { contentLength, expectsContinue } = this.#reader;
    this.#deadline.clear();
    if (contentLength === 0) return emptyBody;
    const input = this.#input;
    if (input !== null && contentLength !== null && input.length - this.#at >= contentLength) {
      const start = this.#at;
      this.#use(input, start + contentLength);
      return new ArrivedBody(input.subarray(start, start + contentLength));
    }
    // RFC 9110 §10.1.1: content that has begun to come needs no 100.
    const awaitsContinue = expectsContinue && input === null;
    if (!awaitsContinue) this.#deadline.set("body");
    const arrival = new Arrival(this, contentLength, awaitsContinue, this.#context.limits);
    this.#arrival = arrival;
    return arrival.body;
  }

  #readContent(arrival: Arrival): boolean {
    const input = this.#input;
    if (input === null) {
      if (this.#peerEnded) this.#contentFailed(arrival, frameworkError("CANCELLED"));
      return false;
    }
    try {
      this.#use(input, arrival.decode(input, this.#at));
    } catch (thrown) {
      this.#contentFailed(arrival, toRefusable(thrown));
      return false;
    }
    if (!arrival.isComplete) {
      this.#holdContent(arrival.isFull);
      return false;
    }
    this.#holdContent(false);
    this.#arrival = null;
    if (this.#exchange === null) this.#deadline.set("idle");
    else this.#deadline.clear();
    arrival.body.finish();
    return true;
  }

  /** While the handler lets the content wait, so must the peer; that time is not counted against it. */
  #holdContent(isHeld: boolean): void {
    this.#holds.set(BODY_FULL, isHeld);
    if (isHeld) this.#deadline.suspend();
    else this.#deadline.resume();
  }

  /** The handler, if it still reads, learns of it and answers; after that the connection must close. */
  #contentFailed(arrival: Arrival, error: ApiError): void {
    if (error.kind !== "cancelled")
      this.#context.refuse(error, this.#reader.info, this.#exchange?.request ?? null);
    this.#broken = true;
    this.#arrival = null;
    this.#input = null;
    this.#deadline.clear();
    this.#holdContent(false);
    if (this.#exchange === null) this.#stage = Math.max(this.#stage, LAST);
    arrival.body.fail(error);
  }

  #call(exchange: Http1Exchange): void {
    this.#context.requests += 1;
    try {
      this.#context.handler(exchange);
    } catch (thrown) {
      this.#handlerFailed(exchange, thrown);
    }
  }

  #handlerFailed(exchange: Http1Exchange, thrown: unknown): void {
    const error = frameworkError("INTERNAL", undefined, { cause: thrown });
    const { block, fields, body } = this.#context.refuse(
      error,
      exchange.request.connection,
      exchange.request,
    );
    if (!exchange.isAnswered) exchange.respond(block, fields, body);
    else if (!exchange.isDetached) this.breakOff();
  }

  /** Answers what never became an exchange. */
  #refuse(error: ApiError): void {
    this.#stage = Math.max(this.#stage, LAST);
    this.#input = null;
    const { block, fields, body } = this.#context.refuse(error, this.#reader.info, null);
    const head = block.http1 + toFieldLines(fields) + this.dateLine;
    writeText(this.output, head, "connection: close\r\n\r\n", body);
  }

  /** Half-closes, so that the peer can read the last answer; closed at once, unread input would cost it that (RST). */
  #finish(): void {
    if (this.#stage >= LINGERING) return;
    this.#stage = LINGERING;
    this.#input = null;
    this.#deadline.clear();
    this.#holds.clear();
    this.#socket.end();
  }

  #expire(waiting: boolean): void {
    switch (this.#deadline.awaited) {
      case "idle":
        if (waiting) this.#deadline.set("idle");
        else if (this.#exchange !== null) this.destroy();
        else this.#finish();
        return;
      case "header":
        this.#refuse(frameworkError("REQUEST_TIMEOUT"));
        this.#advance();
        return;
      case "body":
        if (this.#arrival !== null) this.#contentFailed(this.#arrival, frameworkError("REQUEST_TIMEOUT"));
        this.#advance();
        return;
      default:
        this.destroy();
    }
  }

  #peerHasEnded(): void {
    this.#peerEnded = true;
    this.#advance();
    if (this.#exchange !== null) this.#cancel(this.#exchange);
  }

  /** The peer may be gone or just done with asking: it gets the answer if that comes within the idle time. */
  #cancel(exchange: Http1Exchange): void {
    this.#deadline.set("idle");
    exchange.cancel();
  }

  #drained(): void {
    this.output.drained();
    this.#advance();
  }

  #stalled(): void {
    if (this.#socket.writableLength > 0) this.destroy();
  }

  #closed(): void {
    this.#stage = GONE;
    this.#input = null;
    this.#exchange?.detach();
    this.#exchange = null;
    this.#arrival?.body.fail(frameworkError("CANCELLED"));
    this.#arrival = null;
    this.output.discard();
    this.#context.closed(this);
  }
}
