import type { Awaitable } from "../base/awaitable.ts";
import type { CacheEntry } from "../cache/cache.ts";
import type { Caller, Credentials } from "../define/caller.ts";
import type { Rooms } from "../define/channel-definition.ts";
import type { HandlerContext, HandlerLog, ResponseFields } from "../define/context.ts";
import type { Database } from "../define/database.ts";
import type { Operation } from "../define/definition.ts";
import type { Input } from "../plan/codec/object-reader.ts";
import type { Columns, Transaction } from "../store/store.ts";
import type { Passage } from "./passage.ts";
import type { QuotaState } from "./quota/quota-state.ts";
import { toResponseField } from "./response-fields.ts";

/** What a call came by. Each protocol has its own; a call asks it for what it needs, and only then. */
export interface CallSource {
  /** Aborted when the caller has gone away. */
  readonly signal: AbortSignal;
  readonly requestId: string;
  /** The trace that the call belongs to, for requests that it makes. */
  readonly traceparent: string;
  /** Milliseconds that the caller allows; 0 for no limit of its own. */
  readonly timeout: number;
  /** Tells repeated calls from new ones; null where the caller stated none. */
  readonly idempotencyKey: string | null;
  readonly credentials: Credentials;
  /** Has a field go along with the answer, in place of what was stated under its name; nothing happens where answers have none. */
  setField(name: string, value: string): void;
}

/** Reads that join those of others in the same turn of the event loop. */
export interface Reading {
  /** What of the rows is needed; all where it is not stated. */
  readonly columns?: Columns;
}

/** What calls may ask for. Made once by `createInvoker`. */
export interface CallServices {
  readonly now: () => Date;
  readonly rooms: Rooms;
  /** The database as the handler of a call sees it: in the call's transaction, or outside of any. */
  database(call: Call): Database;
  /** A log whose lines have the request's id. */
  log(requestId: string): HandlerLog;
  /** Calls another operation as part of `call`: same caller, deadline and transaction. */
  callWithin<I, O>(call: Call, operation: Operation<I, O>, input: I): Promise<O>;
}

/** One call of an operation. Handlers get it as their context. */
export class Call implements HandlerContext<Input, unknown> {
  readonly services: CallServices;
  readonly source: CallSource;
  readonly input: Input;
  /** What the caller sends while the call lasts; null for an operation that takes one input. */
  messages: Passage<Input> | null;
  caller: Caller | null;
  /** Throws where the row is not as the caller wants it to be; null where the caller has said nothing of that. */
  condition: (() => Awaitable<void>) | null;
  /** The row that an operation on an item is about. */
  target: unknown;
  /** The transaction that all writes of this call belong to; null where each stands alone. */
  transaction: Transaction | null;
  /** How the rows of the answer are read, for a protocol that reads for many; null for a row at once, and all of it. */
  reading: Reading | null;
  /** What the caller has left of the quota; null where there is none, or another call has taken it. */
  quota: QuotaState | null;
  /** The cache's entry that the answer came from, or went to: protocols keep encoded bytes there. */
  entry: CacheEntry | null;
  /** Aborts at the deadline; null until a handler asks for the signal. */
  #deadline: AbortController | null;
  #signal: AbortSignal | null;
  /** Why the time was over before a handler asked for the signal. */
  #expired: Error | null;
  /** Why no fields of the answer may be stated; null where they may. */
  #fieldless: string | null;

  constructor(services: CallServices, source: CallSource, input: Input) {
    this.services = services;
    this.source = source;
    this.input = input;
    this.messages = null;
    this.caller = null;
    this.condition = null;
    this.target = undefined;
    this.transaction = null;
    this.reading = null;
    this.quota = null;
    this.entry = null;
    this.#deadline = null;
    this.#signal = null;
    this.#expired = null;
    this.#fieldless = null;
  }

  get signal(): AbortSignal {
    if (this.#signal === null) {
      this.#deadline = new AbortController();
      this.#signal = AbortSignal.any([this.source.signal, this.#deadline.signal]);
      if (this.#expired !== null) this.#deadline.abort(this.#expired);
    }
    return this.#signal;
  }

  get requestId(): string {
    return this.source.requestId;
  }

  get traceparent(): string {
    return this.source.traceparent;
  }

  get db(): Database {
    return this.services.database(this);
  }

  get log(): HandlerLog {
    return this.services.log(this.source.requestId);
  }

  get now(): () => Date {
    return this.services.now;
  }

  get channel(): Rooms {
    return this.services.rooms;
  }

  get call(): <I, O>(operation: Operation<I, O>, input: I) => Promise<O> {
    return (operation, input) => this.services.callWithin(this, operation, input);
  }

  get response(): ResponseFields {
    return {
      set: (name, value) => {
        const field = toResponseField(name, value);
        if (this.#fieldless !== null) throw new TypeError(`response.set: ${this.#fieldless}`);
        this.source.setField(...field);
      },
    };
  }

  /** From now on the handler states no more fields of the answer. */
  refuseFields(reason: string): void {
    this.#fieldless = reason;
  }

  /** Tells the handler that its time is over. */
  expire(reason: Error): void {
    this.#expired = reason;
    this.#deadline?.abort(reason);
  }
}
