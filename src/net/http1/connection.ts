import type { Socket } from "node:net";
import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import { ArrivedBody, emptyBody } from "../body/arrived-body.ts";
import type { Connection } from "../connection.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { RequestBody, RequestHead } from "../exchange.ts";
import type { Peer } from "../peer.ts";
import { toRefusable } from "../refusal.ts";
import { handTo, type SocketReceiver } from "../socket-events.ts";
import { CONTENT_FULL, INPUT_FULL, OUTPUT_FULL, Transport } from "../transport.ts";
import type { Tunnel, TunnelReceiver } from "../tunnel.ts";
import { writeRefusal } from "./answer.ts";
import { Arrival } from "./arrival.ts";
import { Deadline } from "./deadline.ts";
import { Http1Exchange } from "./exchange.ts";
import type { AnswerSort, ExchangeOwner } from "./exchange-owner.ts";
import { Input } from "./input.ts";
import { malformed, notHttp } from "./malformed.ts";
import { Output } from "./output.ts";
import { RequestReader } from "./request-reader.ts";
import { Http1Tunnel } from "./tunnel.ts";

/**
 * One HTTP/1.1 connection. Requests are taken one at a time: the next head is read when the answer before it is written,
 * so that answers leave in order and a peer can have but one request worked on. `#advance` is the only loop; whatever
 * happens (bytes, an answer, a drained socket) ends in a call of it.
 */
export class Http1Connection implements Connection, ExchangeOwner, SocketReceiver {
  readonly output: Output;
  readonly context: ConnectionContext;
  readonly #socket: Socket;

  readonly #transport: Transport;
  readonly #reader: RequestReader;
  readonly #deadline: Deadline;
  readonly #input: Input;
  #exchange: Http1Exchange | null;
  /** Content that is still coming in. */
  #arrival: Arrival | null;

  #advancing: boolean;
  #peerEnded: boolean;
  /** Answers say that they are the last. */
  #draining: boolean;
  /** Nor is a request waited for any more. */
  #isLeaving: boolean;
  /** The present answer is the last one. */
  #isLast: boolean;
  /** No request has been read yet. */
  #isFresh: boolean;
  /** Where the present content ends is not known any more: what comes is not looked at. */
  #broken: boolean;

  constructor(context: ConnectionContext, socket: Socket, peer: Peer) {
    this.context = context;
    this.#socket = socket;
    this.#transport = new Transport(socket);
    this.output = new Output(socket);
    this.#reader = new RequestReader(context, peer);
    this.#deadline = new Deadline(context.clock, context.timeouts);
    this.#input = new Input();
    this.#exchange = null;
    this.#arrival = null;

    this.#advancing = false;
    this.#peerEnded = false;
    this.#draining = false;
    this.#isLeaving = false;
    this.#isLast = false;
    this.#isFresh = true;
    this.#broken = false;
    handTo(this, socket);
  }

  get dateLine(): string {
    return this.context.clock.dateLine;
  }

  connectionLine(sort: AnswerSort): string {
    const exchange = this.#exchange;
    const arrival = this.#arrival;
    const isUnread = sort === "whole" && arrival !== null && !arrival.isDiscardable;
    if (
      sort === "untilClose" ||
      isUnread ||
      this.#draining ||
      this.#broken ||
      exchange?.persistent !== true
    ) {
      this.#isLast = true;
      return "connection: close\r\n";
    }
    return exchange.request.connection.httpVersion === "1.0" ? "connection: keep-alive\r\n" : "";
  }

  completed(): void {
    this.#exchange = null;
    if (this.#arrival === null) this.#deadline.set("idle");
    else {
      if (!this.#arrival.isDiscardable) this.#isLast = true;
      this.#arrival.body.drop();
      this.#holdContent(false);
    }
    if (this.#broken) this.#isLast = true;
    this.#advance();
  }

  openTunnel(receiver: TunnelReceiver): Tunnel {
    const tunnel = new Http1Tunnel(this.context, this.#socket, receiver);
    this.output.flush();
    this.#transport.handOver();
    handTo(tunnel, this.#socket);
    this.context.replaced(this, tunnel);
    // Whoever opens the tunnel has it before anything comes out of it.
    process.nextTick(() => this.#passOn(tunnel));
    return tunnel;
  }

  /** What has come already belongs to the tunnel. */
  #passOn(tunnel: Http1Tunnel): void {
    this.#input.keep();
    const rest = this.#input.take(this.#input.length);
    if (rest !== null) tunnel.received(rest);
    if (this.#peerEnded) tunnel.ended();
    if (this.#draining) tunnel.drain();
  }

  breakOff(): void {
    this.#transport.reset();
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
    this.#transport.watchStall(this.context.limits.writeStallMs);
    if (this.#transport.isLingering && !this.#transport.hasUnsent && !this.#deadline.isFor("linger"))
      this.#deadline.set("linger");
    if (this.#deadline.isPassed(tick)) this.#expire();
  }

  drain(isPatient: boolean): void {
    this.#draining = true;
    this.#isLeaving = !isPatient;
    if (!this.#isLeaving) return;
    if (this.#exchange === null && this.#arrival === null && this.#input.length === 0) this.#finish();
  }

  destroy(): void {
    this.#transport.destroy();
  }

  received(chunk: Buffer): void {
    if (this.#broken || !this.#transport.isOpen) return;
    this.#input.push(chunk);
    this.#advance();
    this.#input.keep();
  }

  #advance(): void {
    if (this.#advancing) return;
    this.#advancing = true;
    try {
      while (this.#step());
    } catch (thrown) {
      this.#refuse(toRefusable(thrown));
    }
    this.output.flushSoon();
    this.#advancing = false;
    if (this.#isLast && this.#exchange === null) this.#finish();
    if (!this.#transport.isOpen) return;
    this.#transport.hold(OUTPUT_FULL, this.output.isFull);
    this.#transport.hold(INPUT_FULL, this.#input.length > this.context.limits.inputBytes);
  }

  /** Does one thing; false when there is nothing to do for now. */
  #step(): boolean {
    if (this.#arrival !== null) return this.#readContent(this.#arrival);
    if (this.#exchange !== null || this.#isLast || this.output.isFull) return false;
    return this.#readRequest();
  }

  #readRequest(): boolean {
    const { bytes, at } = this.#input;
    const head = bytes === null ? null : this.#reader.read(bytes, at);
    if (head === null) return this.#awaitHead();
    this.#isFresh = false;
    this.#input.use(this.#reader.end);
    const body = this.#beginContent(head);
    const exchange = new Http1Exchange(this, head, body, this.#reader.isPersistent);
    this.#reader.reset();
    this.#exchange = exchange;
    if (this.#peerEnded) this.#cancel(exchange);
    // What has come of the content in chunks is decoded first: if it is whole, the handler has it at once.
    if (this.#arrival !== null) this.#readContent(this.#arrival);
    this.#call(exchange);
    return true;
  }

  /** There is no whole head yet. */
  #awaitHead(): boolean {
    const hasBegun = !this.#reader.isBlank;
    if (hasBegun && this.#peerEnded) throw malformed("it ends before its head does");
    if (!hasBegun && (this.#peerEnded || this.#isLeaving)) this.#isLast = true;
    if (hasBegun && !this.#deadline.isFor("header")) this.#deadline.set("header");
    return false;
  }

  /** The content of the head that was just read. Nearly always it is empty or has come whole with the head. */
  #beginContent(head: RequestHead): RequestBody {
    const { contentLength, expectsContinue } = this.#reader;
    this.#deadline.clear();
    if (contentLength === 0) return emptyBody;
    const isLasting = this.#input.isKept;
    const whole = contentLength === null ? null : this.#input.take(contentLength);
    if (whole !== null) return new ArrivedBody(whole, null, isLasting);
    // RFC 9110 §10.1.1: content that has begun to come needs no 100.
    const awaitsContinue = expectsContinue && this.#input.length === 0;
    if (!awaitsContinue) this.#deadline.set("body");
    const arrival = new Arrival(this, contentLength, awaitsContinue, this.context.limits);
    if (contentLength === null && this.context.boundsContent(head)) arrival.lift();
    this.#arrival = arrival;
    return arrival.body;
  }

  #readContent(arrival: Arrival): boolean {
    const { bytes, at } = this.#input;
    if (bytes === null) {
      if (this.#peerEnded) this.#contentFailed(arrival, frameworkError("CANCELLED"));
      return false;
    }
    try {
      this.#input.use(arrival.decode(bytes, at));
    } catch (thrown) {
      this.#contentFailed(arrival, toRefusable(thrown));
      return false;
    }
    this.#holdContent(!arrival.isComplete && arrival.isFull);
    if (!arrival.isComplete) return false;
    this.#arrival = null;
    if (this.#exchange === null) this.#deadline.set("idle");
    else this.#deadline.clear();
    arrival.finish();
    return true;
  }

  /** While the handler lets the content wait, so must the peer; that time is not counted against it. */
  #holdContent(isHeld: boolean): void {
    this.#transport.hold(CONTENT_FULL, isHeld);
    if (isHeld) this.#deadline.suspend();
    else this.#deadline.resume();
  }

  /** The handler, if it still reads, learns of it and answers; after that the connection must close. */
  #contentFailed(arrival: Arrival, error: ApiError): void {
    if (error.kind !== "cancelled")
      this.context.refuse(error, this.#reader.info, this.#exchange?.request ?? null);
    this.#broken = true;
    this.#arrival = null;
    this.#input.clear();
    this.#deadline.clear();
    this.#holdContent(false);
    if (this.#exchange === null) this.#isLast = true;
    arrival.body.fail(error);
  }

  #call(exchange: Http1Exchange): void {
    this.context.requests += 1;
    try {
      this.context.handler(exchange);
    } catch (thrown) {
      this.#handlerFailed(exchange, thrown);
    }
    const { body } = exchange;
    if (body instanceof ArrivedBody) body.handlerReturned(exchange.isDetached);
  }

  #handlerFailed(exchange: Http1Exchange, thrown: unknown): void {
    const error = frameworkError("INTERNAL", undefined, { cause: thrown });
    const { connection } = exchange.request;
    const { block, fields, body } = this.context.refuse(error, connection, exchange.request);
    try {
      if (!exchange.isAnswered) exchange.respond(block, fields, body);
      else if (!exchange.isDetached) this.breakOff();
    } catch {
      // The renderer's fields cannot be sent.
      this.breakOff();
    }
  }

  /** Answers what never became an exchange. */
  #refuse(error: ApiError): void {
    this.#isLast = true;
    this.#input.clear();
    const refusal = this.context.refuse(error, this.#reader.info, null);
    if (error === notHttp && this.#isFresh) this.destroy();
    else writeRefusal(this.output, refusal, this.dateLine);
  }

  #finish(): void {
    if (!this.#transport.isOpen) return;
    this.#input.clear();
    this.#deadline.clear();
    this.output.flush();
    this.#transport.finish();
  }

  #expire(): void {
    const { awaited } = this.#deadline;
    if (awaited === "idle") this.#expireIdle();
    else if (awaited === "header") this.#refuse(frameworkError("REQUEST_TIMEOUT"));
    else if (awaited === "body" && this.#arrival?.body.isEndless === true) this.#deadline.set("body");
    else if (awaited === "body" && this.#arrival !== null)
      this.#contentFailed(this.#arrival, frameworkError("REQUEST_TIMEOUT"));
    else this.destroy();
    this.#advance();
  }

  /** Not idle is who still reads a long answer; who has left before its answer came is cut. */
  #expireIdle(): void {
    if (this.#transport.hasUnsent) this.#deadline.set("idle");
    else if (this.#exchange !== null) this.destroy();
    else this.#finish();
  }

  ended(): void {
    this.#peerEnded = true;
    this.#advance();
    if (this.#exchange !== null) this.#cancel(this.#exchange);
  }

  /** The peer may be gone or just done with asking: it gets the answer if that comes within the idle time. */
  #cancel(exchange: Http1Exchange): void {
    this.#deadline.set("idle");
    exchange.cancel();
  }

  drained(): void {
    this.output.drained();
    this.#advance();
  }

  stalled(): void {
    if (this.#transport.hasUnsent) this.destroy();
  }

  closed(): void {
    this.#transport.closed();
    this.output.discard();
    this.#input.clear();
    this.#exchange?.detach();
    this.#exchange = null;
    this.#arrival?.body.fail(frameworkError("CANCELLED"));
    this.#arrival = null;
    this.context.closed(this);
  }
}
