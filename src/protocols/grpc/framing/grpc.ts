import type { Awaitable } from "../../../base/awaitable.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { ResponseStream } from "../../../net/exchange.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import { Trailers } from "../../../net/trailers.ts";
import type { Format } from "../rpc/message-type.ts";
import { acceptsGzip, COMPRESSED_FROM, type Coding, deflate, parseCoding } from "../wire/compression.ts";
import { COMPRESSED, ENVELOPE_BYTES, enclose } from "../wire/envelope.ts";
import { statusCode } from "../wire/rich-status.ts";
import { parseTimeout } from "../wire/timeout.ts";
import { type EnvelopeRules, readEachEnveloped, readOneEnveloped } from "./enveloped.ts";
import type { FramedCall } from "./framed-call.ts";
import type { AnswerStream, Framing } from "./framing.ts";
import { statusFields } from "./status-fields.ts";

const plainRules: EnvelopeRules = { coding: "identity", malformed: malformedMessage };
const gzipRules: EnvelopeRules = { coding: "gzip", malformed: malformedMessage };
const okTrailers = new Trailers(["grpc-status", "0"]);

/** gRPC over HTTP/2 (PROTOCOL-HTTP2.md). */
export class GrpcFraming implements Framing {
  readonly name = "grpc";
  readonly carries = "both";
  readonly format: Format;
  readonly #head: HeadBlock;
  readonly #compressedHead: HeadBlock;

  constructor(contentType: string, format: Format) {
    this.format = format;
    const fields = ["content-type", contentType];
    this.#head = new HeadBlock(200, fields);
    this.#compressedHead = new HeadBlock(200, [...fields, "grpc-encoding", "gzip"]);
  }

  timeout(call: FramedCall): number | null {
    return statedTimeout(call);
  }

  readOne(call: FramedCall): Awaitable<Uint8Array> {
    return readOneEnveloped(call, this.#rules(call));
  }

  readEach(call: FramedCall, visit: (content: Uint8Array) => Awaitable<void>): Promise<void> {
    return readEachEnveloped(call, this.#rules(call), visit);
  }

  respond(call: FramedCall, message: Uint8Array): Awaitable<void> {
    if (message.length > COMPRESSED_FROM && acceptsGzip(call.header("grpc-accept-encoding")))
      return compressed(message).then((smaller) => this.#respond(call, this.#compressedHead, smaller));
    this.#respond(call, this.#head, message);
  }

  fail(call: FramedCall, error: ApiError): void {
    const { headers, trailers } = call;
    const end = [...(trailers ?? []), ...statusFields(call, error)];
    if (error.code === "UNIMPLEMENTED") end.push("grpc-accept-encoding", "identity,gzip");
    // Who gets a head alone takes all of it for trailers ("Trailers-Only"): a call with headers of its own gets both.
    if (headers === null) call.exchange.respond(this.#head, end, null);
    else call.exchange.respond(this.#head, headers, null, new Trailers(end));
    call.finished(statusCode(error), error.code);
  }

  stream(call: FramedCall): AnswerStream {
    const compresses = acceptsGzip(call.header("grpc-accept-encoding"));
    const head = compresses ? this.#compressedHead : this.#head;
    return new GrpcAnswerStream(call, call.exchange.stream(head, call.headers), compresses);
  }

  malformed(message: string): ApiError {
    return malformedMessage(message);
  }

  #rules(call: FramedCall): EnvelopeRules {
    return statedCoding(call) === "identity" ? plainRules : gzipRules;
  }

  #respond(call: FramedCall, head: HeadBlock, message: Uint8Array): void {
    const { trailers } = call;
    const end = trailers === null ? okTrailers : new Trailers([...trailers, ...okTrailers.fields]);
    call.exchange.respond(head, call.headers, message, end);
    call.finished(0, null);
  }
}

class GrpcAnswerStream implements AnswerStream {
  readonly #call: FramedCall;
  readonly #stream: ResponseStream;
  readonly #compresses: boolean;

  constructor(call: FramedCall, stream: ResponseStream, compresses: boolean) {
    this.#call = call;
    this.#stream = stream;
    this.#compresses = compresses;
  }

  write(message: Uint8Array): Awaitable<void> {
    if (!this.#compresses || message.length <= COMPRESSED_FROM) return this.#stream.write(message);
    return compressed(message).then((smaller) => this.#stream.write(smaller));
  }

  end(error: ApiError | null): void {
    const own = this.#call.trailers ?? [];
    const status = error === null ? okTrailers.fields : statusFields(this.#call, error);
    this.#stream.end(error === null && own.length === 0 ? okTrailers : new Trailers([...own, ...status]));
    this.#call.finished(error === null ? 0 : statusCode(error), error?.code ?? null);
  }
}

/** `grpc-timeout`, which gRPC-Web has too. */
export function statedTimeout(call: FramedCall): number | null {
  const stated = call.header("grpc-timeout");
  if (stated === undefined) return null;
  const timeout = parseTimeout(stated);
  if (timeout === null)
    throw frameworkError("MALFORMED_REQUEST", "grpc-timeout must be up to eight digits and a unit: 100m, 5S");
  return timeout;
}

/** `grpc-encoding`, which gRPC-Web has too. */
export function statedCoding(call: FramedCall): Coding {
  const stated = call.header("grpc-encoding");
  const coding = parseCoding(stated);
  if (coding === null)
    throw frameworkError("UNIMPLEMENTED", "grpc-encoding: messages may be gzip or identity");
  return coding;
}

/** The message in its envelope, compressed; as it is where that is no longer, since a caller may measure what it is sent. */
export async function compressed(message: Uint8Array): Promise<Uint8Array> {
  const smaller = await deflate(message.subarray(ENVELOPE_BYTES));
  return smaller.length + ENVELOPE_BYTES < message.length ? enclose(smaller, COMPRESSED) : message;
}

/** What cannot be parsed is INTERNAL in gRPC (statuscodes.md), however surely it is the caller's mistake. */
export function malformedMessage(message: string): ApiError {
  return new ApiError("MALFORMED_REQUEST", "internal", message);
}
