import type { Awaitable } from "../../../base/awaitable.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import type { Format } from "../rpc/message-type.ts";
import type { Envelope } from "../wire/envelope.ts";
import type { FramedCall } from "./framed-call.ts";

/** How one protocol, gRPC, gRPC-Web or Connect, lays a call out on an exchange. One for each content type. */
export interface Framing {
  readonly name: "grpc" | "grpc-web" | "connect";
  readonly format: Format;
  /** Whether it carries calls of one message and one answer, streams, or both. */
  readonly carries: "unary" | "streams" | "both";
  /** The milliseconds that the caller allows; null where it states none. Throws for what is no time. */
  timeout(call: FramedCall): number | null;
  /** Reads the one message of a call. Throws, or rejects with, what is wrong with it. */
  readOne(call: FramedCall): Awaitable<Uint8Array>;
  /**
   * Reads messages one by one, each for the length of `visit`; a promise that it returns holds back those after it. Resolves at
   * the end of the content.
   */
  readEach(call: FramedCall, visit: (content: Uint8Array) => Awaitable<void>): Promise<void>;
  /** Sends the one answer of a call, in its envelope, and the end. */
  respond(call: FramedCall, message: Uint8Array): Awaitable<void>;
  /** Ends a call that has not begun to answer. */
  fail(call: FramedCall, error: ApiError): void;
  /** Begins an answer of many messages. */
  stream(call: FramedCall): AnswerStream;
  /** What a request is refused with that is no such message. */
  malformed(message: string): ApiError;
}

/** An answer of many messages. */
export interface AnswerStream {
  /** Sends a message in its envelope; resolves when the peer takes more. */
  write(message: Uint8Array): Awaitable<void>;
  /** Ends the call, with an error or without. */
  end(error: ApiError | null): void;
}

/** Flags and content of a message, and what its flags mean to a protocol. */
export type { Envelope };
