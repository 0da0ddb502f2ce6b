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
import { lengthLine, writeText } from "./answer.ts";
import type { ExchangeOwner } from "./exchange-owner.ts";
import { toFieldLines } from "./field-lines.ts";
import { Http1ResponseStream } from "./response-stream.ts";

const switching = new HeadBlock(101, ["connection", "upgrade"]);

/** One request on an HTTP/1.1 connection. After the peer has gone, answers go nowhere without a word. */
export class Http1Exchange implements Exchange {
  readonly request: RequestHead;
  readonly body: RequestBody;
  readonly context: ExchangeContext;
  /** The connection may serve another request after this one. */
  readonly persistent: boolean;
  #owner: ExchangeOwner | null;
  #answered: boolean;
  #cancelled: boolean;
  #controller: AbortController | null;

  constructor(owner: ExchangeOwner, request: RequestHead, body: RequestBody, persistent: boolean) {
    this.request = request;
    this.body = body;
    this.context = owner.context;
    this.persistent = persistent;
    this.#owner = owner;
    this.#answered = false;
    this.#cancelled = false;
    this.#controller = null;
  }

  get isAnswered(): boolean {
    return this.#answered;
  }

  get isDetached(): boolean {
    return this.#owner === null;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      if (this.#cancelled) this.#controller.abort(frameworkError("CANCELLED"));
    }
    return this.#controller.signal;
  }

  respond(
    block: HeadBlock,
    fields: readonly string[] | null,
    body: Content | null,
    trailers: Trailers | null = null,
  ): void {
    if (trailers !== null && this.#takesTrailers(block)) {
      this.#respondInChunks(block, fields, body, trailers);
      return;
    }
    const lines = this.#begin(block, fields);
    const owner = this.#owner;
    if (owner === null) return;
    const head = block.datedHttp1(owner.dateLine) + lines;
    const tail = `${owner.connectionLine("whole")}\r\n`;
    if (body === null || body === "") owner.output.write(`${head}${lengthLine(block.status, 0)}${tail}`);
    else if (this.request.method === "HEAD" || hasNoContent(block.status))
      owner.output.write(`${head}${lengthLine(block.status, contentLength(body))}${tail}`);
    else if (typeof body === "string") writeText(owner.output, head, tail, body);
    else if (isPieces(body))
      owner.output.writeWithPieces(`${head}content-length: ${contentLength(body)}\r\n${tail}`, body);
    else owner.output.writeWithBytes(`${head}content-length: ${body.length}\r\n${tail}`, body);
    this.#owner = null;
    owner.completed();
  }

  /** Trailers need the chunked coding, and a peer that said it would have them (RFC 9110 §6.5.1). */
  #takesTrailers(block: HeadBlock): boolean {
    const { request } = this;
    if (request.connection.httpVersion === "1.0" || request.method === "HEAD" || hasNoContent(block.status))
      return false;
    return (request.header("te") ?? "").split(",").some((word) => word.trim().toLowerCase() === "trailers");
  }

  #respondInChunks(
    block: HeadBlock,
    fields: readonly string[] | null,
    body: Content | null,
    trailers: Trailers,
  ): void {
    const stream = this.stream(block, fields);
    // All of it is buffered here anyway: there is nothing to wait for.
    if (body !== null) for (const piece of isPieces(body) ? body : [body]) void stream.write(piece);
    stream.end(trailers);
  }

  stream(block: HeadBlock, fields: readonly string[] | null): ResponseStream {
    const lines = this.#begin(block, fields);
    const owner = this.#owner;
    if (owner === null) return new DroppedStream();
    const bodiless = this.request.method === "HEAD" || hasNoContent(block.status);
    // RFC 9112 §6.1: no transfer coding towards HTTP/1.0, so there the end of the connection is the end of the answer.
    const chunked = this.request.connection.httpVersion !== "1.0";
    const coding = chunked && !hasNoContent(block.status) ? "transfer-encoding: chunked\r\n" : "";
    const connection = owner.connectionLine(chunked || bodiless ? "chunked" : "untilClose");
    owner.output.write(`${block.http1}${lines}${owner.dateLine}${coding}${connection}\r\n`);
    owner.output.flushSoon();
    return new Http1ResponseStream(this, owner.output, {
      chunked,
      bodiless,
      trailers: chunked && this.#takesTrailers(block),
    });
  }

  inform(block: HeadBlock, fields: readonly string[] | null): void {
    if (block.status < 100 || block.status > 199 || block.status === 101)
      throw new RangeError(`${block.status} is no interim status`);
    if (this.#answered) throw new Error("The exchange is answered already");
    const lines = fields === null ? "" : toFieldLines(fields);
    // RFC 9110 §15.2: an HTTP/1.0 client does not understand them.
    if (this.#owner === null || this.request.connection.httpVersion === "1.0") return;
    this.#owner.output.write(`${block.http1}${lines}\r\n`);
    this.#owner.output.flushSoon();
  }

  tunnel(fields: readonly string[] | null, receiver: TunnelReceiver): Tunnel {
    const { upgrade } = this.request;
    if (upgrade === null) throw new Error("The peer has not asked to change the protocol");
    if (this.#answered) throw new Error("The exchange is answered already");
    const lines = fields === null ? "" : toFieldLines(fields);
    this.#answered = true;
    const owner = this.#owner;
    if (owner === null) return new ClosedTunnel(receiver);
    this.#owner = null;
    owner.output.write(`${switching.http1}upgrade: ${upgrade}\r\n${lines}\r\n`);
    return owner.openTunnel(receiver);
  }

  /** The peer has sent its last byte: it is taken to have lost interest. */
  cancel(): void {
    this.#cancelled = true;
    this.#controller?.abort(frameworkError("CANCELLED"));
  }

  /** The connection is gone. */
  detach(): void {
    if (this.#owner === null) return;
    this.#owner = null;
    this.cancel();
  }

  /** The stream has ended. */
  completeStream(): void {
    const owner = this.#owner;
    this.#owner = null;
    owner?.completed();
  }

  /** The stream was broken off. */
  abortStream(): void {
    this.#owner?.breakOff();
  }

  /** Everything that may throw comes before the exchange counts as answered, so that it can still be answered 500. */
  #begin(block: HeadBlock, fields: readonly string[] | null): string {
    if (this.#answered) throw new Error("The exchange is answered already");
    if (block.status < 200) throw new RangeError(`${block.status} is no final status`);
    const lines = fields === null ? "" : toFieldLines(fields);
    this.#answered = true;
    return lines;
  }
}
