import type { Awaitable } from "../../../base/awaitable.ts";
import type { RequestSeries } from "../../../observe/request-series.ts";
import type { RpcCall } from "./call.ts";
import type { Format, MessageType } from "./message-type.ts";

/** What all methods have, whether they answer and are asked once or in streams. */
interface Method {
  /** With its package: `blog.v1.UserService`. */
  readonly service: string;
  readonly name: string;
  readonly request: MessageType;
  readonly response: MessageType;
  /** It changes nothing: Connect may ask for it by GET. */
  readonly isSafe: boolean;
  /** Counts its calls; null for none of the API's. */
  readonly series: RequestSeries | null;
}

/** One message, one answer. */
export interface UnaryMethod extends Method {
  readonly kind: "unary";
  handle(call: RpcCall, message: unknown): Awaitable<unknown>;
  /** Fields that tell HTTP's caches what they may do with the answer to a GET: `[name, value, ...]`; nothing without it. */
  readonly freshness?: readonly string[];
  /** Writes the answer, where that is not simply `response` in the format: a cached one is there already. */
  readonly write: ((call: RpcCall, answer: unknown, format: Format) => Uint8Array) | null;
}

/** What methods with many answers have. */
interface AnsweringMethod extends Method {
  /**
   * The header of the answer leaves when the handler first waits for something, and not with the first answer only: it adds no
   * metadata after that.
   */
  readonly beginsAtOnce?: boolean;
}

/** One message, many answers. */
export interface ServerStreamMethod extends AnsweringMethod {
  readonly kind: "server";
  /** It goes on until somebody leaves: when the server stops, it ends the call. */
  readonly isEndless: boolean;
  handle(call: RpcCall, message: unknown): Awaitable<Answers>;
}

/** Many messages, one answer. */
export interface ClientStreamMethod extends Method {
  readonly kind: "client";
  handle(call: RpcCall, messages: AsyncIterable<unknown>): Awaitable<unknown>;
}

/** Many messages, many answers, at the same time. */
export interface BidiStreamMethod extends AnsweringMethod {
  readonly kind: "bidi";
  readonly isEndless: boolean;
  handle(call: RpcCall, messages: AsyncIterable<unknown>): Awaitable<Answers>;
}

/** Answers of a stream: the next one is asked for when the peer has taken those before it. */
export type Answers = AsyncIterable<unknown> | Iterable<unknown>;

/** A method of a service. */
export type RpcMethod = UnaryMethod | ServerStreamMethod | ClientStreamMethod | BidiStreamMethod;
