import { frameworkError } from "../../errors/codes.ts";
import { ClosedTunnel } from "../closed-tunnel.ts";
import { contentLength, isPieces } from "../content.ts";
import { DroppedStream } from "../dropped-stream.ts";
import type {
  Content,
  Exchange,
  ExchangeContext,
  RequestBody,
  RequestHead,
  ResponseStream,
} from "../exchange.ts";
import { HeadBlock } from "../head-block.ts";
import { hasNoContent } from "../no-content.ts";
import type { Trailers } from "../trailers.ts";
import type { Tunnel, TunnelReceiver } from "../tunnel.ts";
import type { ExchangeOwner } from "./exchange-owner.ts";
import { Http2ResponseStream } from "./response-stream.ts";
import { encodeSendable, sizeOfFields } from "./sendable-fields.ts";
import type { Http2Stream, StreamUser } from "./stream.ts";
import { Http2Tunnel } from "./tunnel.ts";

/** RFC 8441 §4. */
const connected = new HeadBlock(200);

/** One request on an HTTP/2 stream. After the stream has gone, answers go nowhere without a word. */
export class Http2Exchange implements Exchange, StreamUser {
  readonly request: RequestHead;
  readonly body: RequestBody;
  readonly context: ExchangeContext;
  readonly #owner: ExchangeOwner;
  readonly #stream: Http2Stream;
  #isAnswered: boolean;
  #isCancelled: boolean;
  #answer: Http2ResponseStream | null;
  #controller: AbortController | null;

  constructor(owner: ExchangeOwner, stream: Http2Stream, body: RequestBody) {
    this.request = stream.head;
    this.body = body;
    this.context = owner.context;
    this.#owner = owner;
    this.#stream = stream;
    this.#isAnswered = false;
    this.#isCancelled = false;
    this.#answer = null;
    this.#controller = null;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#isCancelled) this.#controller.abort(frameworkError("CANCELLED"));
    }
    return this.#controller.signal;
  }

  respond(
    block: HeadBlock,
    fields: readonly string[] | null,
    body: Content | null,
    trailers: Trailers | null = null,
  ): void {
    const fieldBytes = this.#check(block, fields);
    const end = trailers === null ? null : trailers.http2;
    this.#isAnswered = true;
    const stream = this.#stream;
    if (!stream.isGone) {
      const length = contentLength(body);
      const hasContent = length > 0 && this.request.method !== "HEAD" && !hasNoContent(block.status);
      // With fields after it, the content's end is told by those.
      const announced = trailers !== null || hasNoContent(block.status) ? -1 : length;
      const isLast = !hasContent && end === null;
      this.#owner.sender.head(
        stream.id,
        { block: block.http2, fields, fieldBytes, length: announced },
        isLast,
      );
      if (isLast) this.#owner.sender.ended(stream);
      else this.#send(hasContent ? body : null, length, end);
    }
    this.#owner.answered();
  }

  /** Content and the end of the stream, at once where the peer and the socket take it. */
  #send(body: Content | null, length: number, trailers: Uint8Array | null): void {
    const { sender } = this.#owner;
    const stream = this.#stream;
    if (body === null) sender.end(stream, trailers);
    else if (isPieces(body)) {
      for (const piece of body) if (piece.length > 0) sender.add(stream, piece);
      sender.end(stream, trailers);
    } else if (sender.takes(stream, length)) {
      sender.frame(stream, body, length, trailers === null);
      if (trailers === null) sender.ended(stream);
      else sender.end(stream, trailers);
    } else sender.addLast(stream, typeof body === "string" ? Buffer.from(body) : body, trailers);
  }

  stream(block: HeadBlock, fields: readonly string[] | null): ResponseStream {
    const fieldBytes = this.#check(block, fields);
    this.#isAnswered = true;
    const { sender } = this.#owner;
    const stream = this.#stream;
    const isBodiless = this.request.method === "HEAD" || hasNoContent(block.status);
    if (!stream.isGone) {
      sender.head(stream.id, { block: block.http2, fields, fieldBytes, length: -1 }, isBodiless);
      if (isBodiless) sender.ended(stream);
    }
    const answer =
      stream.isGone && !isBodiless ? null : new Http2ResponseStream(this.#owner, stream, isBodiless);
    this.#answer = answer;
    this.#owner.answered();
    return answer ?? new DroppedStream();
  }

  inform(block: HeadBlock, fields: readonly string[] | null): void {
    if (block.status < 100 || block.status > 199 || block.status === 101)
      throw new RangeError(`${block.status} is no interim status`);
    if (this.#isAnswered) throw new Error("The exchange is answered already");
    const encoded = fields === null ? block.http2 : Buffer.concat([block.http2, encodeSendable(fields)]);
    if (!this.#stream.isGone) this.#owner.sender.block(this.#stream.id, encoded, false);
  }

  tunnel(fields: readonly string[] | null, receiver: TunnelReceiver): Tunnel {
    if (this.request.upgrade === null) throw new Error("The peer has not asked to change the protocol");
    const fieldBytes = this.#check(connected, fields);
    this.#isAnswered = true;
    const stream = this.#stream;
    if (stream.isGone) {
      this.#owner.answered();
      return new ClosedTunnel(receiver);
    }
    this.#owner.sender.head(stream.id, { block: connected.http2, fields, fieldBytes, length: -1 }, false);
    const tunnel = new Http2Tunnel(this.#owner, stream, receiver);
    this.#owner.openTunnel(stream, tunnel);
    return tunnel;
  }

  drained(): void {
    this.#answer?.drained();
  }

  gone(): void {
    this.#answer?.gone();
    this.peerLeft();
  }

  /** Nothing more comes from the peer. It may still read the answer, and is more likely gone, as in HTTP/1.1. */
  peerLeft(): void {
    this.#isCancelled = true;
    this.#controller?.abort(frameworkError("CANCELLED"));
  }

  /** Everything that may throw comes before the exchange counts as answered, so that it can still be answered 500. */
  #check(block: HeadBlock, fields: readonly string[] | null): number {
    if (this.#isAnswered) throw new Error("The exchange is answered already");
    if (block.status < 200) throw new RangeError(`${block.status} is no final status`);
    return fields === null ? 0 : sizeOfFields(fields);
  }
}
