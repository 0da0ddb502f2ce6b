import { type Awaitable, isPromise, whenReady } from "../../../base/awaitable.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import type { Format } from "../rpc/message-type.ts";
import {
  acceptsGzip,
  COMPRESSED_FROM,
  type Coding,
  deflate,
  inflate,
  parseCoding,
} from "../wire/compression.ts";
import { readContent } from "../wire/content.ts";
import { ENVELOPE_BYTES } from "../wire/envelope.ts";
import { statusCode } from "../wire/rich-status.ts";
import { connectError } from "./connect-error.ts";
import type { FramedCall } from "./framed-call.ts";
import type { AnswerStream, Framing } from "./framing.ts";

/** Header fields of an answer in a coding, or in none. */
type FieldsOf = (coding: "gzip" | null) => readonly string[] | null;

/** Connect's calls of one message and one answer: plain HTTP, with the message as the content. */
export class ConnectUnaryFraming implements Framing {
  readonly name = "connect";
  readonly carries = "unary";
  readonly format: Format;
  readonly #head: HeadBlock;
  readonly #compressedHead: HeadBlock;

  constructor(contentType: string, format: Format, fields: readonly string[] = []) {
    this.format = format;
    const all = ["content-type", contentType, "vary", "accept-encoding", ...fields];
    this.#head = new HeadBlock(200, all);
    this.#compressedHead = new HeadBlock(200, [...all, "content-encoding", "gzip"]);
  }

  timeout(call: FramedCall): number | null {
    checkConnectVersion(call.header("connect-protocol-version"));
    return connectTimeout(call);
  }

  readOne(call: FramedCall): Awaitable<Uint8Array> {
    const coding = contentCoding(call.header("content-encoding"));
    const content = readContent(call.exchange, call.settings.messageBytes);
    return whenReady(content, (bytes) => decoded(call, bytes, coding));
  }

  readEach(): Promise<void> {
    return Promise.reject(new Error("A stream has content types of its own"));
  }

  respond(call: FramedCall, message: Uint8Array): Awaitable<void> {
    return this.answer(call, message.subarray(ENVELOPE_BYTES), () => null);
  }

  /** Sends the content, compressed if that makes it shorter, with the fields that it has in that coding. */
  protected answer(call: FramedCall, content: Uint8Array, fields: FieldsOf): Awaitable<void> {
    if (content.length < COMPRESSED_FROM || !acceptsGzip(call.header("accept-encoding")))
      this.#respond(call, this.#head, content, fields(null));
    else return deflate(content).then((smaller) => this.#respondSmaller(call, content, smaller, fields));
  }

  fail(call: FramedCall, error: ApiError): void {
    respondConnectError(call, error);
  }

  stream(): AnswerStream {
    throw new Error("A stream has content types of its own");
  }

  malformed(message: string): ApiError {
    return malformedContent(message);
  }

  #respondSmaller(call: FramedCall, content: Uint8Array, compressed: Uint8Array, fields: FieldsOf): void {
    if (compressed.length < content.length)
      this.#respond(call, this.#compressedHead, compressed, fields("gzip"));
    else this.#respond(call, this.#head, content, fields(null));
  }

  #respond(call: FramedCall, head: HeadBlock, content: Uint8Array, more: readonly string[] | null): void {
    const trailers = trailerFields(call);
    const fields = more === null || trailers === null ? (more ?? trailers) : [...more, ...trailers];
    call.exchange.respond(head, call.headFields(fields), content);
    call.finished(0, null);
  }
}

/** An error of a call that is no stream: JSON, whatever the format of messages, and a status of HTTP. */
export function respondConnectError(call: FramedCall, error: ApiError, more: readonly string[] = []): void {
  const fields = [...(trailerFields(call) ?? []), ...more];
  for (const [name, value] of Object.entries(error.headers ?? {})) fields.push(name, value);
  if (error.retryAfter !== null) fields.push("retry-after", String(Math.ceil(error.retryAfter)));
  const head = new HeadBlock(error.http, ["content-type", "application/json"]);
  const content = JSON.stringify(connectError(call, error));
  call.exchange.respond(head, call.headFields(fields), content);
  call.finished(statusCode(error), error.code);
}

/** `Content-Encoding`, or `compression` of a GET. */
export function contentCoding(stated: string | undefined): Coding {
  const coding = parseCoding(stated);
  if (coding === null)
    throw frameworkError("UNIMPLEMENTED", "Messages may be compressed by gzip, or not at all", {
      headers: { "accept-encoding": "gzip, identity" },
    });
  return coding;
}

/** The message in a content, or in the query of a GET. */
export function decoded(call: FramedCall, content: Uint8Array, coding: Coding): Awaitable<Uint8Array> {
  const { messageBytes } = call.settings;
  if (content.length > messageBytes)
    throw frameworkError("CONTENT_TOO_LARGE", `A message may have ${messageBytes} bytes at most`);
  if (coding === "identity") return content;
  const failed = (thrown: unknown): never => {
    throw thrown instanceof ApiError ? thrown : malformedContent("The message cannot be inflated");
  };
  try {
    const inflated = inflate(content, messageBytes);
    return isPromise(inflated) ? inflated.then(undefined, failed) : inflated;
  } catch (thrown) {
    return failed(thrown);
  }
}

export function checkConnectVersion(stated: string | undefined): void {
  if (stated !== undefined && stated !== "1")
    throw frameworkError("MALFORMED_REQUEST", 'Connect-Protocol-Version must be "1"');
}

/** `Connect-Timeout-Ms`: at most ten digits. */
export function connectTimeout(call: FramedCall): number | null {
  const stated = call.header("connect-timeout-ms");
  if (stated === undefined) return null;
  if (!/^\d{1,10}$/.test(stated))
    throw frameworkError("MALFORMED_REQUEST", "Connect-Timeout-Ms must be a number of up to ten digits");
  return Number(stated);
}

export function malformedContent(message: string): ApiError {
  return frameworkError("MALFORMED_REQUEST", message);
}

/** Trailers are header fields here, with a name that says so. */
function trailerFields({ trailers }: FramedCall): readonly string[] | null {
  return trailers === null
    ? null
    : trailers.map((text, index) => (index % 2 === 0 ? `trailer-${text}` : text));
}
