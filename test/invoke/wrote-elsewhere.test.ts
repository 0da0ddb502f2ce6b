import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryCache } from "../../src/cache/memory.ts";
import type { EventBus, Subscriber } from "../../src/events/event-bus.ts";
import { dropFromCaches } from "../../src/invoke/invalidate.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";

test("a store hears that another process has written before the cache drops what that made stale", async (context) => {
  const subscribers: Subscriber[] = [];
  const bus: EventBus = {
    publish: () => Promise.resolve(),
    subscribe: (_topic, subscriber) => {
      subscribers.push(subscriber);
    },
    close: () => {},
  };
  const opened = await openSqliteStore({ location: ":memory:", tables: [], migrate: "auto" });
  context.after(() => opened.close());
  const heard: string[] = [];
  const cache = createMemoryCache({});
  const store = Object.assign(Object.create(opened), { wroteElsewhere: () => heard.push("store") });
  const watched = Object.assign(Object.create(cache), {
    invalidate: () => heard.push("cache"),
    clear: () => heard.push("all"),
  });
  dropFromCaches({ cache: watched, workers: bus, nodes: null, store });
  subscribers[0]?.received(["User:1"]);
  subscribers[0]?.missed();
  assert.deepEqual(heard, ["store", "cache", "store", "all"]);
});
