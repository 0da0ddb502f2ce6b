import type { Awaitable } from "../base/awaitable.ts";
import type { Cache } from "../cache/cache.ts";
import type { Caller, Credentials } from "../define/caller.ts";
import type { Rooms } from "../define/channel-definition.ts";
import type { HandlerLog } from "../define/context.ts";
import type { EventBus } from "../events/event-bus.ts";
import type { Store } from "../store/store.ts";
import type { Quota } from "./quota/quota.ts";

/** What the server hands to `invoke`: instances of what it may only know the types of. Null is absent. */
export interface InvokeOptions {
  readonly store: Store | null;
  readonly cache: Cache | null;
  /** To all other processes that serve the same API, wherever they are. */
  readonly bus: EventBus | null;
  /** To those beside this one that the same program has started; null where there are none. */
  readonly workers: EventBus | null;
  /** Over which processes tell each other that the log of changes has grown; null where the log itself tells, or there are no others. */
  readonly wakes: EventBus | null;
  /** Where handlers send messages to. */
  readonly rooms: Rooms;
  readonly now: () => Date;
  readonly log: (requestId: string) => HandlerLog;
  /** Told of what went wrong while nobody asked. */
  readonly failed: (thrown: unknown) => void;
  /** Null where callers may ask for as much as they like. */
  readonly quota: Quota | null;
  readonly authenticate: ((credentials: Credentials) => Awaitable<Caller | null>) | null;
}
