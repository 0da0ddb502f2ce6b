import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import { ArrivedBody, emptyBody } from "../body/arrived-body.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { ConnectionInfo } from "../exchange.ts";
import { errorCodes } from "./error-codes.ts";
import { Http2Exchange } from "./exchange.ts";
import type { ExchangeOwner } from "./exchange-owner.ts";
import type { Http2Stream } from "./stream.ts";

/** When the handlers of one connection's requests are called, and what becomes of those that fail. */
export class HandlerCalls {
  readonly #context: ConnectionContext;
  readonly #info: ConnectionInfo;
  readonly #owner: ExchangeOwner;
  /** Streams of the present input whose content has not come whole. Their handlers are called when the input is used up. */
  #fresh: Http2Stream[];
  /** Requests that wait until the peer has taken enough of the answers before them. */
  readonly #delayed: Http2Stream[];
  /** The peer has ended its side. */
  #peerHasLeft: boolean;
  /** Exchanges whose handler has not answered yet, those of streams that were reset included. */
  unanswered: number;

  constructor(context: ConnectionContext, info: ConnectionInfo, owner: ExchangeOwner) {
    this.#context = context;
    this.#info = info;
    this.#owner = owner;
    this.#fresh = [];
    this.#delayed = [];
    this.#peerHasLeft = false;
    this.unanswered = 0;
  }

  /** The content of the request is on its way, and perhaps in the present input. */
  expect(stream: Http2Stream): void {
    this.#fresh.push(stream);
  }

  /** The input is used up: handlers whose content is still on its way are called now. */
  settle(): void {
    const fresh = this.#fresh;
    if (fresh.length > 0) {
      this.#fresh = [];
      for (const stream of fresh) this.ready(stream);
    }
    this.resume();
  }

  /** The handler may be called: the content has come, or as much of it as this input had. */
  ready(stream: Http2Stream): void {
    if (stream.isBegun || stream.isGone) return;
    stream.isBegun = true;
    if (this.#delayed.length === 0 && !this.#isBehind()) this.#call(stream);
    else {
      stream.incoming?.keep();
      this.#delayed.push(stream);
    }
  }

  /** The peer has taken something: requests that had to wait for that may go on. */
  resume(): void {
    while (this.#delayed.length > 0 && !this.#isBehind()) {
      const stream = this.#delayed.shift();
      if (stream?.isGone === false) this.#call(stream);
    }
  }

  /** Answers without a handler. */
  refuse(stream: Http2Stream, error: ApiError): void {
    stream.isBegun = true;
    this.unanswered += 1;
    const exchange = new Http2Exchange(this.#owner, stream, emptyBody);
    stream.user = exchange;
    this.#answerFailure(exchange, error, stream);
  }

  /** The stream has ended before its answer. */
  drop(stream: Http2Stream): void {
    const place = this.#delayed.indexOf(stream);
    if (place >= 0) this.#delayed.splice(place, 1);
  }

  /** Handlers that are called from here on work for a peer that is perhaps gone. */
  peerLeft(): void {
    this.#peerHasLeft = true;
  }

  /** So much of answers waits for the peer that no further one is begun. */
  #isBehind(): boolean {
    return this.#owner.sender.waitingBytes > this.#context.limits.outputBytes;
  }

  #call(stream: Http2Stream): void {
    // What comes before a tunnel is opened is the tunnel's.
    const isTunnel = stream.head.upgrade !== null;
    if (isTunnel) stream.incoming?.keep();
    const body = stream.incoming === null || isTunnel ? emptyBody : stream.incoming.begin();
    const exchange = new Http2Exchange(this.#owner, stream, body);
    stream.user = exchange;
    if (this.#peerHasLeft) exchange.peerLeft();
    this.unanswered += 1;
    this.#context.requests += 1;
    try {
      this.#context.handler(exchange);
    } catch (thrown) {
      const error = frameworkError("INTERNAL", undefined, { cause: thrown });
      if (exchange.isAnswered) this.#handlerFailed(stream, error);
      else this.#answerFailure(exchange, error, stream);
    }
    if (body instanceof ArrivedBody) body.handlerReturned(stream.isLocalEnded);
  }

  #answerFailure(exchange: Http2Exchange, error: ApiError, stream: Http2Stream): void {
    const { block, fields, body } = this.#context.refuse(error, this.#info, stream.head);
    try {
      exchange.respond(block, fields, body);
    } catch {
      // The renderer's fields cannot be sent.
      exchange.respond(block, null, null);
    }
  }

  /** It threw after it had answered: whoever reads the answer must see that it is not whole. */
  #handlerFailed(stream: Http2Stream, error: ApiError): void {
    this.#context.refuse(error, this.#info, stream.head);
    if (!stream.isEnding && !stream.isLocalEnded) this.#owner.breakOff(stream, errorCodes.internalError);
  }
}
