import type { Awaitable } from "../../../base/awaitable.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import type { ResponseStream } from "../../../net/exchange.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import type { Format } from "../rpc/message-type.ts";
import { acceptsGzip, COMPRESSED_FROM } from "../wire/compression.ts";
import { enclose } from "../wire/envelope.ts";
import { statusCode } from "../wire/rich-status.ts";
import { Base64Reader } from "./base64-reader.ts";
import { type EnvelopeRules, readEachEnveloped, readOneEnveloped } from "./enveloped.ts";
import type { FramedCall } from "./framed-call.ts";
import type { AnswerStream, Framing } from "./framing.ts";
import { compressed, malformedMessage, statedCoding, statedTimeout } from "./grpc.ts";
import { statusFields } from "./status-fields.ts";

/** The flag of the envelope with the trailers (PROTOCOL-WEB.md, "Message framing"). */
const TRAILERS = 0x80;

const ok: readonly string[] = ["grpc-status", "0"];
const okFrame = trailersFrame(ok);

/** gRPC-Web: gRPC for browsers, which cannot read trailers, over any version of HTTP. `-text` is all in base64. */
export class GrpcWebFraming implements Framing {
  readonly name = "grpc-web";
  readonly carries = "both";
  readonly format: Format;
  readonly #isText: boolean;
  readonly #head: HeadBlock;
  readonly #compressedHead: HeadBlock;

  constructor(contentType: string, format: Format, isText: boolean) {
    this.format = format;
    this.#isText = isText;
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
    const fields = error.code === "UNIMPLEMENTED" ? ["grpc-accept-encoding", "identity,gzip"] : [];
    const head = call.headFields(fields);
    const end = trailersFrame([...(call.trailers ?? []), ...statusFields(call, error)]);
    call.exchange.respond(this.#head, head, this.#encode(end));
    call.finished(statusCode(error), error.code);
  }

  stream(call: FramedCall): AnswerStream {
    const compresses = acceptsGzip(call.header("grpc-accept-encoding"));
    const head = compresses ? this.#compressedHead : this.#head;
    const stream = call.exchange.stream(head, call.headFields(null));
    return new GrpcWebAnswerStream(call, stream, compresses, (bytes) => this.#encode(bytes));
  }

  malformed(message: string): ApiError {
    return malformedMessage(message);
  }

  #rules(call: FramedCall): EnvelopeRules {
    const rules = { coding: statedCoding(call), malformed: malformedMessage };
    if (!this.#isText) return rules;
    const reader = new Base64Reader(malformedMessage);
    return { ...rules, open: (part) => reader.push(part) };
  }

  #respond(call: FramedCall, head: HeadBlock, message: Uint8Array): void {
    const { trailers } = call;
    const end = trailers === null ? okFrame : trailersFrame([...trailers, ...ok]);
    const fields = call.headFields(null);
    call.exchange.respond(head, fields, this.#encode(Buffer.concat([message, end])));
    call.finished(0, null);
  }

  #encode(bytes: Uint8Array): string | Uint8Array {
    if (!this.#isText) return bytes;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
  }
}

class GrpcWebAnswerStream implements AnswerStream {
  readonly #call: FramedCall;
  readonly #stream: ResponseStream;
  readonly #compresses: boolean;
  readonly #encode: (bytes: Uint8Array) => string | Uint8Array;

  constructor(
    call: FramedCall,
    stream: ResponseStream,
    compresses: boolean,
    encode: (bytes: Uint8Array) => string | Uint8Array,
  ) {
    this.#call = call;
    this.#stream = stream;
    this.#compresses = compresses;
    this.#encode = encode;
  }

  write(message: Uint8Array): Awaitable<void> {
    if (!this.#compresses || message.length <= COMPRESSED_FROM)
      return this.#stream.write(this.#encode(message));
    return compressed(message).then((smaller) => this.#stream.write(this.#encode(smaller)));
  }

  end(error: ApiError | null): void {
    const status = error === null ? ok : statusFields(this.#call, error);
    const frame = trailersFrame([...(this.#call.trailers ?? []), ...status]);
    // Who does not read it any more has left: there is nobody to be told.
    Promise.resolve(this.#stream.write(this.#encode(frame))).catch(() => {});
    this.#stream.end();
    this.#call.finished(error === null ? 0 : statusCode(error), error?.code ?? null);
  }
}

/** Trailers as HTTP/1.1 writes header fields, in an envelope of their own. */
function trailersFrame(fields: readonly string[]): Uint8Array {
  let text = "";
  for (let index = 0; index < fields.length; index += 2) text += `${fields[index]}: ${fields[index + 1]}\r\n`;
  return enclose(Buffer.from(text, "latin1"), TRAILERS);
}
