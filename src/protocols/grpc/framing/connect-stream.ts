import type { Awaitable } from "../../../base/awaitable.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { ResponseStream } from "../../../net/exchange.ts";
import { HeadBlock } from "../../../net/head-block.ts";
import type { Format } from "../rpc/message-type.ts";
import { acceptsGzip, COMPRESSED_FROM, parseCoding } from "../wire/compression.ts";
import { ENVELOPE_BYTES, enclose } from "../wire/envelope.ts";
import { statusCode } from "../wire/rich-status.ts";
import { connectError } from "./connect-error.ts";
import { checkConnectVersion, connectTimeout, malformedContent } from "./connect-unary.ts";
import { type EnvelopeRules, readEachEnveloped, readOneEnveloped } from "./enveloped.ts";
import type { FramedCall } from "./framed-call.ts";
import type { AnswerStream, Framing } from "./framing.ts";
import { compressed } from "./grpc.ts";

/** The flag of the envelope that ends an answer ("Streaming-Response" of Connect's specification). */
const END_STREAM = 0x02;

/** Connect's streams: messages in envelopes, the last of which tells how the call ended. */
export class ConnectStreamFraming implements Framing {
  readonly name = "connect";
  readonly carries = "streams";
  readonly format: Format;
  readonly #head: HeadBlock;
  readonly #compressedHead: HeadBlock;

  constructor(contentType: string, format: Format) {
    this.format = format;
    const fields = ["content-type", contentType];
    this.#head = new HeadBlock(200, fields);
    this.#compressedHead = new HeadBlock(200, [...fields, "connect-content-encoding", "gzip"]);
  }

  timeout(call: FramedCall): number | null {
    checkConnectVersion(call.header("connect-protocol-version"));
    return connectTimeout(call);
  }

  readOne(call: FramedCall): Awaitable<Uint8Array> {
    return readOneEnveloped(call, rulesOf(call));
  }

  readEach(call: FramedCall, visit: (content: Uint8Array) => Awaitable<void>): Promise<void> {
    return readEachEnveloped(call, rulesOf(call), visit);
  }

  respond(call: FramedCall, message: Uint8Array): Awaitable<void> {
    const stream = this.stream(call);
    const written = stream.write(message);
    if (written === undefined) stream.end(null);
    else return written.then(() => stream.end(null));
  }

  fail(call: FramedCall, error: ApiError): void {
    const fields = error.code === "UNIMPLEMENTED" ? ["connect-accept-encoding", "identity,gzip"] : null;
    call.exchange.respond(this.#head, call.headFields(fields), endFrame(call, error));
    call.finished(statusCode(error), error.code);
  }

  stream(call: FramedCall): AnswerStream {
    const compresses = acceptsGzip(call.header("connect-accept-encoding"));
    const head = compresses ? this.#compressedHead : this.#head;
    const stream = call.exchange.stream(head, call.headFields(null));
    return new ConnectAnswerStream(call, stream, compresses);
  }

  malformed(message: string): ApiError {
    return malformedContent(message);
  }
}

class ConnectAnswerStream implements AnswerStream {
  readonly #call: FramedCall;
  readonly #stream: ResponseStream;
  readonly #compresses: boolean;

  constructor(call: FramedCall, stream: ResponseStream, compresses: boolean) {
    this.#call = call;
    this.#stream = stream;
    this.#compresses = compresses;
  }

  write(message: Uint8Array): Awaitable<void> {
    if (!this.#compresses || message.length <= COMPRESSED_FROM + ENVELOPE_BYTES)
      return this.#stream.write(message);
    return compressed(message).then((smaller) => this.#stream.write(smaller));
  }

  end(error: ApiError | null): void {
    // Who does not read it any more has left: there is nobody to be told.
    Promise.resolve(this.#stream.write(endFrame(this.#call, error))).catch(() => {});
    this.#stream.end();
    this.#call.finished(error === null ? 0 : statusCode(error), error?.code ?? null);
  }
}

function rulesOf(call: FramedCall): EnvelopeRules {
  const coding = parseCoding(call.header("connect-content-encoding"));
  if (coding === null)
    throw frameworkError("UNIMPLEMENTED", "connect-content-encoding: messages may be gzip or identity");
  return { coding, malformed: malformedContent };
}

function endFrame(call: FramedCall, error: ApiError | null): Uint8Array {
  const metadata: Record<string, string[]> = {};
  const trailers = call.trailers ?? [];
  for (let index = 0; index < trailers.length; index += 2) {
    const name = trailers[index] ?? "";
    metadata[name] = [...(metadata[name] ?? []), trailers[index + 1] ?? ""];
  }
  const end = {
    ...(error === null ? {} : { error: connectError(call, error) }),
    ...(trailers.length === 0 ? {} : { metadata }),
  };
  return enclose(Buffer.from(JSON.stringify(end)), END_STREAM);
}
