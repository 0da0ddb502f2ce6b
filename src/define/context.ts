import type { Caller } from "./caller.ts";
import type { Rooms } from "./channel-definition.ts";
import type { Database } from "./database.ts";
import type { Operation } from "./definition.ts";

/** What handlers get, of operations and of channels. It may be taken apart: `({ input, db }) => ...`. What is not asked for is not made. */
export interface HandlerServices {
  readonly caller: Caller | null;
  readonly db: Database;
  /** Aborted at the deadline, or when the caller has gone away. */
  readonly signal: AbortSignal;
  readonly log: HandlerLog;
  /** The time, from the application's clock. */
  readonly now: () => Date;
  /** Calls another operation in this process, as the same caller and under the same deadline. */
  readonly call: <I, O>(operation: Operation<I, O>, input: I) => Promise<O>;
  /**
   * Sends to those in a channel's room: `channel(lobby).send(message)`, `channel(room, { id: "7" }).send(message)`. What is sent
   * within a transaction leaves once it is committed, and not at all if it is rolled back.
   */
  readonly channel: Rooms;
  readonly requestId: string;
  /** For the `traceparent` of requests that the handler makes (W3C Trace Context): the caller's trace, or one that begins here. */
  readonly traceparent: string;
}

/** What the handler of an operation gets. */
export interface HandlerContext<In = unknown, Target = undefined> extends HandlerServices {
  /** Checked, with defaults filled in. */
  readonly input: In;
  /** The row that an operation on an item is about; read before the handler is called. */
  readonly target: Target;
  /** What goes along with the answer. */
  readonly response: ResponseFields;
}

/** Metadata of an answer: header fields over HTTP, initial metadata of gRPC. JSON-RPC and calls in this process have none. */
export interface ResponseFields {
  /**
   * States a field, in place of what was stated under the name before; it goes with an error's answer, too. Throws a TypeError for a name or a
   * value that cannot be sent or that is the framework's, in operations that are cached, and in a subscription that has returned its answers.
   */
  set(name: string, value: string): void;
}

/** Logs with the request's id. Sensitive fields are redacted. */
export interface HandlerLog {
  debug(event: string, fields?: Readonly<Record<string, unknown>>): void;
  info(event: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields?: Readonly<Record<string, unknown>>): void;
  error(event: string, fields?: Readonly<Record<string, unknown>>): void;
}
