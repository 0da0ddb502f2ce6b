import assert from "node:assert/strict";
import { test } from "node:test";
import type { Awaitable } from "../../src/base/awaitable.ts";
import type { Leaver } from "../../src/base/company.ts";
import type { CacheEntry } from "../../src/cache/cache.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";

const options = { ttlMs: 60_000, tags: ["t"] };

test("those who ask for one key at the same time share one flight", async () => {
  const cache = createMemoryCache();
  let made = 0;
  const landing = Promise.withResolvers<string>();
  const produce = () => {
    made++;
    return landing.promise;
  };
  const loads = Array.from({ length: 10 }, () => cache.load("a", options, produce));
  landing.resolve("value");
  const entries = await Promise.all(loads);
  assert.equal(made, 1);
  assert.equal(new Set(entries).size, 1);
  assert.equal(cache.get("a"), entries[0]);
  assert.equal(cache.stats().sharedFlights, 9);
});

test("a failure reaches all who wait, is not kept, and the next call tries again", async () => {
  const cache = createMemoryCache();
  const failure = new Error("no");
  const loads = [1, 2, 3].map(async () => cache.load("a", options, async () => Promise.reject(failure)));
  const outcomes = await Promise.allSettled(loads);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason === failure),
    [true, true, true],
  );
  assert.throws(
    () =>
      cache.load("a", options, () => {
        throw failure;
      }),
    failure,
  );
  assert.equal((await cache.load("a", options, () => 1)).value, 1);
});

test("an invalidation during a flight keeps its value out, and newcomers start their own", async () => {
  const cache = createMemoryCache();
  const old = Promise.withResolvers<string>();
  const early = [cache.load("a", options, () => old.promise), cache.load("a", options, () => "not called")];
  cache.invalidate(["t"]);
  const fresh = Promise.withResolvers<string>();
  const late = [cache.load("a", options, () => fresh.promise), cache.load("a", options, () => "not called")];
  fresh.resolve("fresh");
  assert.deepEqual(await values(late), ["fresh", "fresh"]);
  old.resolve("old");
  assert.deepEqual(await values(early), ["old", "old"]);
  assert.equal(cache.get("a")?.value, "fresh");
});

test("the old flight landing first does not end the new one", async () => {
  const cache = createMemoryCache();
  const old = Promise.withResolvers<string>();
  const early = cache.load("a", options, () => old.promise);
  cache.invalidate(["t"]);
  const fresh = Promise.withResolvers<string>();
  const late = cache.load("a", options, () => fresh.promise);
  old.resolve("old");
  await early;
  assert.equal(cache.get("a"), null);
  const joined = cache.load("a", options, () => "not called");
  fresh.resolve("fresh");
  assert.deepEqual(await values([late, joined]), ["fresh", "fresh"]);
});

test("clear, and an invalidation by `produce` itself, keep a value out too", async () => {
  const cache = createMemoryCache();
  const coming = Promise.withResolvers<number>();
  const cleared = cache.load("a", options, () => coming.promise);
  cache.clear();
  coming.resolve(1);
  assert.equal((await cleared).value, 1);
  assert.equal(cache.get("a"), null);
  await cache.load("b", options, () => {
    cache.invalidate(["t"]);
    return 2;
  });
  assert.equal(cache.get("b"), null);
  assert.deepEqual([cache.stats().tags, cache.stats().bytes], [0, 0]);
});

test("a synchronous `produce` may load its own key without waiting for itself", async () => {
  const cache = createMemoryCache();
  const outer = await cache.load("a", options, () => {
    const inner = cache.load("a", options, () => "inner");
    assert.ok("value" in inner);
    return `outer of ${String(inner.value)}`;
  });
  assert.equal(outer.value, "outer of inner");
  assert.equal(cache.get("a"), outer);
});

async function values(
  loads: readonly ReturnType<ReturnType<typeof createMemoryCache>["load"]>[],
): Promise<unknown[]> {
  return (await Promise.all(loads)).map((entry) => entry.value);
}

test("what is made ends once all who wait for it have left, and whoever comes then has their own", async () => {
  const cache = createMemoryCache();
  const [first, second] = [new AbortController(), new AbortController()];
  const gone = new Error("gone");
  const newcomer = Promise.withResolvers<Awaitable<CacheEntry>>();
  const produce = ({ signal }: Leaver) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        newcomer.resolve(cache.load("a", options, () => 2));
        reject(signal.reason);
      });
    });
  const one = cache.load("a", options, produce, first);
  const two = cache.load("a", options, () => "not called", second);
  first.abort(new Error("sooner"));
  setTimeout(() => second.abort(gone), 60);
  const outcomes = await Promise.allSettled([one, two]);
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status === "rejected" && outcome.reason),
    [gone, gone],
  );
  assert.equal((await newcomer.promise).value, 2);
});

test("what is made for those who stay does not end", async () => {
  const cache = createMemoryCache();
  const landing = Promise.withResolvers<string>();
  const [left, early] = [new AbortController(), AbortSignal.abort()];
  let signal: AbortSignal = early;
  const one = cache.load(
    "a",
    options,
    (company) => {
      signal = company.signal;
      return landing.promise;
    },
    left,
  );
  const two = cache.load("a", options, () => "not called", { signal: early });
  const three = cache.load("a", options, () => "not called");
  left.abort();
  await new Promise((resolve) => setTimeout(resolve, 60));
  assert.equal(signal.aborted, false);
  landing.resolve("value");
  for (const load of [one, two, three]) assert.equal((await load).value, "value");
});
