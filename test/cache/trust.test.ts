import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryCache } from "../../src/cache/memory.ts";

test("an entry is given only until the cache is believed, and again when it is believed again", () => {
  let now = 0;
  const cache = createMemoryCache({ now: () => now });
  void cache.load("a", { ttlMs: 10_000, tags: ["t"] }, () => 1);
  assert.equal(cache.get("a")?.value, 1);
  cache.trustUntil(100);
  now = 99;
  assert.equal(cache.get("a")?.value, 1);
  now = 100;
  assert.equal(cache.get("a"), null);
  cache.trustUntil(200);
  assert.equal(cache.get("a")?.value, 1);
});

test("nobody joins a flight that began before the cache is believed", async () => {
  let now = 0;
  const cache = createMemoryCache({ now: () => now });
  const first = Promise.withResolvers<number>();
  const options = { ttlMs: 10_000, tags: ["t"] };
  const slow = cache.load("a", options, () => first.promise);
  cache.trustUntil(50);
  now = 60;
  const own = await cache.load("a", options, () => Promise.resolve(2));
  assert.equal(own.value, 2);
  first.resolve(1);
  assert.equal((await slow).value, 1);
});

test("what was dropped or is over may be given for its time, to those who ask for it", () => {
  let now = 0;
  const cache = createMemoryCache({ now: () => now });
  const options = { ttlMs: 100, tags: ["t"], staleMs: 1_000 };
  void cache.load("dropped", options, () => 1);
  void cache.load("over", { ...options, tags: ["u"] }, () => 2);
  void cache.load("never", { ttlMs: 100, tags: ["t"] }, () => 3);
  now = 10;
  cache.invalidate(["t"]);
  assert.equal(cache.get("dropped"), null);
  assert.equal(cache.stale("dropped")?.value, 1);
  assert.equal(cache.stale("never"), null);
  now = 500;
  assert.equal(cache.get("over"), null);
  assert.equal(cache.stale("over")?.value, 2);
  now = 1_009;
  assert.equal(cache.stale("dropped")?.value, 1);
  now = 1_010;
  assert.equal(cache.stale("dropped"), null);
  now = 1_100;
  assert.equal(cache.get("over"), null);
  assert.equal(cache.stats().entries, 1, "what is over for good is forgotten when it is asked for");
  void cache.load("over", options, () => 4);
  cache.clear();
  assert.equal(cache.get("over"), null);
  assert.equal(cache.stale("over")?.value, 4);
  assert.equal(cache.stats().stale, 4);
});
