import type { Awaitable } from "../base/awaitable.ts";
import type { Cache } from "../cache/cache.ts";
import type { Caller, Credentials } from "../define/caller.ts";
import type { HandlerLog } from "../define/context.ts";
import type { Database } from "../define/database.ts";
import type { Operation } from "../define/definition.ts";
import type { Store, Transaction } from "../store/store.ts";
import type { Call } from "./call.ts";

/** What calls may ask for. Made once by `createInvoker`. */
export interface CallServices {
  readonly now: () => Date;
  /** The database as handlers see it, in a transaction or outside of any. */
  database(transaction: Transaction | null): Database;
  /** A log whose lines have the request's id. */
  log(requestId: string): HandlerLog;
  /** Calls another operation as part of `call`: same caller, deadline and transaction. */
  callWithin<I, O>(call: Call, operation: Operation<I, O>, input: I): Promise<O>;
}

/** What the server hands to `invoke`: instances of what it may only know the types of. Null is absent. */
export interface InvokeOptions {
  readonly store: Store | null;
  readonly cache: Cache | null;
  readonly now: () => Date;
  readonly log: (requestId: string) => HandlerLog;
  readonly authenticate: ((credentials: Credentials) => Awaitable<Caller | null>) | null;
}
