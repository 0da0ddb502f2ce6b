import { frameworkError } from "../../errors/codes.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { ConnectionInfo, RequestHead } from "../exchange.ts";
import { KnownBytes } from "../known-bytes.ts";
import type { Peer } from "../peer.ts";
import { PeerInfo } from "../peer-info.ts";
import type { Forwarding } from "../proxy/forwarding.ts";
import { viewOf } from "../read-buffer.ts";
import { SLASH } from "./byte-classes.ts";
import { HeadFields } from "./head-fields.ts";
import { HeadMemory } from "./head-memory.ts";
import { HeadParser } from "./head-parser.ts";
import { type HeadBytes, KnownFields } from "./known-fields.ts";
import { KnownLine } from "./known-line.ts";
import { malformed } from "./malformed.ts";
import { Http1RequestHead, type StatedLine } from "./request-head.ts";
import { isHost, parseRareTarget } from "./target.ts";

const methods = new Map(
  ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "QUERY"].map((name) => [name, name]),
);

/** One text for each, so that it is compared by its address. */
function knownMethod(word: string): string {
  return methods.get(word) ?? word;
}

/**
 * Makes request heads of the bytes of one connection: what the parser finds is cut out and checked as a whole. What is the same as
 * before, byte by byte, is neither read nor checked again.
 */
export class RequestReader {
  readonly info: PeerInfo;
  /** Of the head that was read last: the position after it. */
  end: number;
  /** Of the head that was read last: bytes of content; `null` for chunked. */
  contentLength: number | null;
  expectsContinue: boolean;
  /** Of the head that was read last: may another request follow (RFC 9112 §9.3)? */
  isPersistent: boolean;
  readonly #info10: PeerInfo;
  /** Null where the peer is not believed to speak for others, as nearly always. */
  readonly #forwarding: Forwarding | null;
  readonly #parser: HeadParser;
  readonly #memory: HeadMemory;
  readonly #context: ConnectionContext;
  /** The Host that was found valid last: nearly always it is that of the next request too. */
  #knownHost: string;

  constructor(context: ConnectionContext, peer: Peer) {
    const { limits, forwarding } = context;
    this.info = new PeerInfo("1.1", peer);
    this.end = 0;
    this.contentLength = 0;
    this.expectsContinue = false;
    this.isPersistent = true;
    this.#info10 = new PeerInfo("1.0", peer);
    this.#forwarding = forwarding?.trusts(peer) === true ? forwarding : null;
    this.#parser = new HeadParser(limits);
    this.#memory = new HeadMemory();
    this.#context = context;
    // Not the empty text, which is no host.
    this.#knownHost = "*";
  }

  /** True while not one byte of the next request has come. */
  get isBlank(): boolean {
    return this.#parser.line.isBlank;
  }

  /**
   * Reads a head that begins at `start`; `bytes` must go on to hold it from there while `null` (not all here yet) is
   * returned. Throws the ApiError that refuses it.
   */
  read(bytes: Buffer, start: number): RequestHead | null {
    const head = this.#read(bytes, start);
    if (head === null) return null;
    if ((this.contentLength ?? 0) > this.#context.limits.bodyBytes && !this.#context.boundsContent(head))
      throw frameworkError("CONTENT_TOO_LARGE");
    return head;
  }

  /** Makes ready for the next head. */
  reset(): void {
    this.#parser.reset();
  }

  /** The common case first: all or part of it is as it was before, and here whole. */
  #read(bytes: Buffer, start: number): RequestHead | null {
    const memory = this.#memory;
    if (!this.#parser.isUntouched || memory.isEmpty) return this.#parse(bytes, start);
    const view = viewOf(bytes);
    const line = memory.lineAt(view, start, bytes.length);
    if (line === null) return this.#readNewLine(view, bytes, start);
    const at = start + line.bytes.length;
    const fields = memory.fieldsAt(view, at, bytes.length);
    if (fields === null) return this.#parseAfter(line, bytes, start);
    this.end = at + fields.length;
    return this.#repeat(line.stated, fields);
  }

  /** A line that is not known, perhaps with fields that are. */
  #readNewLine(view: DataView, bytes: Buffer, start: number): RequestHead | null {
    const { line } = this.#parser;
    if (!this.#parser.parseLine(bytes, start)) return null;
    const at = start + line.end;
    // HTTP/1.0 draws other conclusions from the same fields.
    const fields = line.isHttp10 ? null : this.#memory.fieldsAt(view, at, bytes.length);
    const stated = fields === null ? null : this.#cutLine(bytes.toString("latin1", start, at));
    if (fields === null || stated === null) return this.#parse(bytes, start);
    this.end = at + fields.length;
    if (this.#memory.missedLine(this.end - start)) this.#keepLine(stated, bytes, start);
    return this.#repeat(stated, fields);
  }

  /** Fields that are not known, after a line that is. */
  #parseAfter(line: KnownLine, bytes: Buffer, start: number): RequestHead | null {
    const found = this.#parser.fields;
    found.begin(line.bytes.length);
    // Where bytes are missing, the line is read as well, so that both go on from there.
    if (!found.parse(bytes, start)) return this.#parse(bytes, start);
    const end = start + found.end;
    const fields = this.#settle(bytes.toString("latin1", start, end), end, false);
    if (this.#memory.missedFields(fields, end - start))
      this.#keepFields(fields, { bytes, start, end }, line.bytes.length);
    return this.#head(line.stated, this.info, fields, -1);
  }

  /** A head of HTTP/1.1 whose fields are those of one before. */
  #repeat(stated: StatedLine, known: KnownFields): RequestHead {
    this.contentLength = known.contentLength;
    this.expectsContinue = known.expectContinue;
    this.isPersistent = !known.close;
    return this.#head(stated, this.info, known.fields, known.otherLength);
  }

  #parse(bytes: Buffer, start: number): RequestHead | null {
    const { line } = this.#parser;
    const end = this.#parser.parse(bytes, start);
    if (end < 0) return null;
    const text = bytes.toString("latin1", start, end);
    const fields = this.#settle(text, end, line.isHttp10);
    const stated = this.#cutLine(text);
    if (stated === null || line.isHttp10) {
      const info = line.isHttp10 ? this.#info10 : this.info;
      return this.#head(stated ?? this.#rareLine(text, fields.value("host")), info, fields, -1);
    }
    if (this.#memory.missedLine(end - start)) this.#keepLine(stated, bytes, start);
    if (this.#memory.missedFields(fields, end - start))
      this.#keepFields(fields, { bytes, start, end }, line.end);
    return this.#head(stated, this.info, fields, -1);
  }

  /** Checks what was parsed as a whole, of a head that ends at `end`. */
  #settle(text: string, end: number, isHttp10: boolean): HeadFields {
    const found = this.#parser.fields;
    const { framing } = found;
    framing.settle(isHttp10);
    this.end = end;
    this.contentLength = framing.contentLength;
    this.expectsContinue = framing.expectContinue;
    this.isPersistent = !framing.close && (!isHttp10 || framing.keepAlive);
    const fields = new HeadFields(text, found);
    this.#checkHost(fields.value("host"));
    return fields;
  }

  /** Keeps the line that was parsed last. */
  #keepLine(stated: StatedLine, bytes: Buffer, start: number): void {
    const { end } = this.#parser.line;
    this.#memory.keepLine(new KnownLine(stated, new KnownBytes(bytes, start, start + end)));
  }

  /** Keeps the fields that were parsed last, which begin after so many bytes of the head. */
  #keepFields(fields: HeadFields, head: HeadBytes, lineLength: number): void {
    fields.keep();
    const { framing } = this.#parser.fields;
    this.#memory.keepFields(new KnownFields(fields, head, head.start + lineLength, framing));
  }

  /** The line that was parsed last, of a text that begins as the head does; null where its target is no path. */
  #cutLine(text: string): StatedLine | null {
    const { methodStart, methodEnd, targetStart, targetEnd, queryMark } = this.#parser.line;
    const method = text.startsWith("GET ") ? "GET" : knownMethod(text.slice(methodStart, methodEnd));
    if (text.charCodeAt(targetStart) !== SLASH || method === "CONNECT") return null;
    const path = text.slice(targetStart, queryMark < 0 ? targetEnd : queryMark);
    const query = queryMark < 0 ? null : text.slice(queryMark + 1, targetEnd);
    return { method, path, query };
  }

  /** The common case is a peer that speaks for itself; another one's head is made again, for the client that it speaks for. */
  #head(stated: StatedLine, info: ConnectionInfo, fields: HeadFields, otherLength: number): RequestHead {
    const head = new Http1RequestHead(stated, info, fields, otherLength);
    const forwarding = this.#forwarding;
    if (forwarding === null) return head;
    return new Http1RequestHead(stated, forwarding.clientOf(head, info), fields, otherLength);
  }

  /** A target that is no path: what it comes to depends on the method and on Host. */
  #rareLine(text: string, host: string | undefined): StatedLine {
    const { methodStart, methodEnd, targetStart, targetEnd } = this.#parser.line;
    const method = knownMethod(text.slice(methodStart, methodEnd));
    const { path, query } = parseRareTarget(method, text.slice(targetStart, targetEnd), host);
    return { method, path, query };
  }

  #checkHost(host: string | undefined): void {
    if (host === undefined || host === this.#knownHost) return;
    if (!isHost(host)) throw malformed("the Host field is not valid");
    this.#knownHost = host;
  }
}
