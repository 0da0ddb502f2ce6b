import { frameworkError } from "../../errors/codes.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { RequestHead } from "../exchange.ts";
import type { Peer } from "../peer.ts";
import { PeerInfo } from "../peer-info.ts";
import type { Forwarding } from "../proxy/forwarding.ts";
import { SLASH } from "./byte-classes.ts";
import { HeadParser } from "./head-parser.ts";
import { malformed } from "./malformed.ts";
import { Http1RequestHead } from "./request-head.ts";
import { isHost, parseRareTarget } from "./target.ts";

const methods = new Map(
  ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY"].map((name) => [name, name]),
);

/** One text for each, so that it is compared by its address. */
function knownMethod(word: string): string {
  return methods.get(word) ?? word;
}

/** Makes request heads of the bytes of one connection: what the parser finds is cut out and checked as a whole. */
export class RequestReader {
  readonly info: PeerInfo;
  readonly #info10: PeerInfo;
  /** Null where the peer is not believed to speak for others, as nearly always. */
  readonly #forwarding: Forwarding | null;
  readonly #parser: HeadParser;
  readonly #context: ConnectionContext;
  /** The Host that was found valid last: nearly always it is that of the next request too. */
  #knownHost: string;
  #end: number;

  constructor(context: ConnectionContext, peer: Peer) {
    const { limits, forwarding } = context;
    this.info = new PeerInfo("1.1", peer);
    this.#info10 = new PeerInfo("1.0", peer);
    this.#forwarding = forwarding?.trusts(peer) === true ? forwarding : null;
    this.#parser = new HeadParser(limits);
    this.#context = context;
    // Not the empty text, which is no host.
    this.#knownHost = "*";
    this.#end = 0;
  }

  /** True while not one byte of the next request has come. */
  get isBlank(): boolean {
    return this.#parser.line.isBlank;
  }

  /** Of the head that was read last: the position after it. */
  get end(): number {
    return this.#end;
  }

  /** Of the head that was read last: bytes of content; `null` for chunked. */
  get contentLength(): number | null {
    return this.#parser.fields.framing.contentLength;
  }

  get expectsContinue(): boolean {
    return this.#parser.fields.framing.expectContinue;
  }

  /** Of the head that was read last: may another request follow (RFC 9112 §9.3)? */
  get isPersistent(): boolean {
    const { line, fields } = this.#parser;
    return !fields.framing.close && (!line.isHttp10 || fields.framing.keepAlive);
  }

  /**
   * Reads a head that begins at `start`; `bytes` must go on to hold it from there while `null` (not all here yet) is
   * returned. Throws the ApiError that refuses it.
   */
  read(bytes: Buffer, start: number): RequestHead | null {
    const parser = this.#parser;
    const end = parser.parse(bytes, start);
    if (end < 0) return null;
    this.#end = end;
    const { framing } = parser.fields;
    framing.settle(parser.line.isHttp10);
    const head = this.#cut(bytes.toString("latin1", start, end));
    if ((framing.contentLength ?? 0) > this.#context.limits.bodyBytes && !this.#context.boundsContent(head))
      throw frameworkError("CONTENT_TOO_LARGE");
    return head;
  }

  /** Makes ready for the next head. */
  reset(): void {
    this.#parser.reset();
  }

  /** The common case is a target that is a path, of a peer that speaks for itself; the other ones make another head of it. */
  #cut(text: string): RequestHead {
    const { line, fields: found } = this.#parser;
    const { targetStart, targetEnd, queryMark } = line;
    const method = text.startsWith("GET ")
      ? "GET"
      : knownMethod(text.slice(line.methodStart, line.methodEnd));
    const fields = {
      text,
      spans: found.spans.slice(0, found.spanCount),
      nameLengths: found.nameLengths,
      upgrade: found.framing.upgrade,
    };
    const info = line.isHttp10 ? this.#info10 : this.info;
    const isPath = text.charCodeAt(targetStart) === SLASH && method !== "CONNECT";
    const path = text.slice(targetStart, queryMark < 0 ? targetEnd : queryMark);
    const query = queryMark < 0 ? null : text.slice(queryMark + 1, targetEnd);
    const head = new Http1RequestHead(method, path, query, info, fields);
    const host = head.header("host");
    if (host !== undefined) this.#checkHost(host);
    const forwarding = this.#forwarding;
    if (isPath && forwarding === null) return head;
    const target = isPath ? head : parseRareTarget(method, text.slice(targetStart, targetEnd), host);
    const connection = forwarding === null ? info : forwarding.clientOf(head, info);
    return new Http1RequestHead(method, target.path, target.query, connection, fields);
  }

  #checkHost(host: string): void {
    if (host === this.#knownHost) return;
    if (!isHost(host)) throw malformed("the Host field is not valid");
    this.#knownHost = host;
  }
}
