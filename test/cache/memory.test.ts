import assert from "node:assert/strict";
import { test } from "node:test";
import type { Cache, Encoding } from "../../src/cache/cache.ts";
import { CacheEntry } from "../../src/cache/cache.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";

const minute = { ttlMs: 60_000, tags: [] };

class Body implements Encoding {
  readonly by: object;
  readonly text: string;
  readonly bytes: number;
  constructor(by: object, text: string) {
    this.by = by;
    this.text = text;
    this.bytes = text.length;
  }
}

class OtherBody extends Body {
  readonly other: boolean = true;
}

test("keeps a value for its time, by the clock it is given", () => {
  let now = 1_000;
  const cache = createMemoryCache({ now: () => now });
  const entry = load(cache, "a", { ttlMs: 100, tags: [] }, () => 1);
  assert.deepEqual([entry.value, entry.storedAt, entry.expiresAt], [1, 1_000, 1_100]);
  now = 1_099;
  assert.equal(cache.get("a"), entry);
  now = 1_100;
  assert.equal(cache.get("a"), null);
  assert.deepEqual(pick(cache, "entries", "bytes", "hits", "misses"), [0, 0, 1, 1]);
});

test("is synchronous when the value is made at once, and not when it comes later", async () => {
  const cache = createMemoryCache();
  assert.equal(load(cache, "a", minute, () => 1).value, 1);
  const later = cache.load("b", minute, async () => 2);
  assert.ok(later instanceof Promise);
  assert.equal((await later).value, 2);
  assert.equal(load(cache, "b", minute, () => assert.fail("kept already")).value, 2);
});

test("the time may depend on the value, and a time of 0 keeps nothing", () => {
  const cache = createMemoryCache();
  const options = { ttlMs: 60_000, tags: ["t"], ttlOf: (value: unknown) => (value === null ? 0 : 1_000) };
  assert.equal(load(cache, "absent", options, () => null).value, null);
  assert.equal(cache.get("absent"), null);
  load(cache, "present", options, () => 1);
  assert.notEqual(cache.get("present"), null);
  assert.equal(cache.stats().entries, 1);
});

test("finds an encoding by who made it and its class, and counts its bytes", () => {
  const cache = createMemoryCache();
  const entry = load(cache, "a", minute, () => ({ id: 1 }));
  const before = cache.stats().bytes;
  const [plan, otherPlan] = [{}, {}];
  assert.equal(entry.encoding(plan, Body), null);
  const body = new Body(plan, "x".repeat(1_000));
  entry.attach(body);
  entry.attach(new OtherBody(otherPlan, "y"));
  assert.equal(entry.encoding(plan, Body), body);
  assert.equal(entry.encoding(plan, OtherBody), null);
  assert.equal(entry.encoding(otherPlan, OtherBody)?.text, "y");
  assert.equal(cache.stats().bytes, before + 1_001);
  cache.clear();
  assert.equal(cache.stats().bytes, 0);
  entry.attach(new Body({}, "late"));
  assert.equal(cache.stats().bytes, 0, "an entry that was dropped is on nobody's account");
});

test("holds its bounds on entries and bytes, encodings included, and drops the tags of what it drops", () => {
  const maxBytes = 100_000;
  const cache = createMemoryCache({ maxEntries: 50, maxBytes });
  for (let index = 0; index < 1_000; index++) {
    const entry = load(cache, `key ${index}`, { ttlMs: 1_000, tags: [`row:${index}`, "all"] }, () =>
      "v".repeat(index),
    );
    if (index % 3 === 0) entry.attach(new Body({}, "e".repeat(5_000)));
    const { entries, bytes, tags } = cache.stats();
    assert.ok(entries <= 50 && bytes <= maxBytes, `${entries} entries, ${bytes} bytes`);
    assert.equal(tags, entries === 0 ? 0 : entries + 1);
  }
  assert.ok(cache.stats().evictions > 900);
  load(cache, "huge", { ttlMs: 1_000, tags: ["huge"] }, () => "h".repeat(maxBytes));
  assert.equal(cache.get("huge"), null, "what is larger than all room is not kept");
  cache.invalidate(["all"]);
  assert.deepEqual(pick(cache, "entries", "bytes", "tags"), [0, 0, 0]);
});

test("an encoding that makes an entry larger than all room drops it", () => {
  const cache = createMemoryCache({ maxBytes: 10_000 });
  const entry = load(cache, "a", { ttlMs: 1_000, tags: ["t"] }, () => 1);
  entry.attach(new Body({}, "x".repeat(10_000)));
  assert.deepEqual(pick(cache, "entries", "bytes", "tags"), [0, 0, 0]);
});

test("memory stays bounded when values contain themselves", () => {
  const cache = createMemoryCache();
  const ring: Record<string, unknown> = {};
  ring["ring"] = ring;
  load(cache, "ring", minute, () => ring);
  assert.ok(cache.stats().bytes > 0);
});

test("invalidates by tag, and nothing else", () => {
  const cache = createMemoryCache();
  load(cache, "a", { ttlMs: 1_000, tags: ["x", "y"] }, () => 1);
  load(cache, "b", { ttlMs: 1_000, tags: ["y", "y"] }, () => 2);
  load(cache, "c", { ttlMs: 1_000, tags: ["z"] }, () => 3);
  cache.invalidate(["y", "unknown"]);
  assert.deepEqual(
    ["a", "b", "c"].map((key) => cache.get(key)?.value),
    [undefined, undefined, 3],
  );
  assert.deepEqual(pick(cache, "invalidations", "tags"), [2, 1]);
});

function load(cache: Cache, ...rest: Parameters<Cache["load"]>): CacheEntry {
  const entry = cache.load(...rest);
  assert.ok(entry instanceof CacheEntry, "at once");
  return entry;
}

function pick(cache: Cache, ...names: readonly (keyof ReturnType<Cache["stats"]>)[]): readonly number[] {
  const stats = cache.stats();
  return names.map((name) => stats[name]);
}
