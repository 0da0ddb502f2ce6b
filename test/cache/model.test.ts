import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createMemoryCache } from "../../src/cache/memory.ts";

const keys = fc.constantFrom("a", "b", "c", "d");
const tags = fc.subarray(["x", "y", "z"]);
const ttl = fc.constantFrom(0, 10, 25);

const actions = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("load" as const), key: keys, tags, ttl }),
    fc.record({ kind: fc.constant("begin" as const), key: keys, tags, ttl }),
    fc.record({ kind: fc.constant("land" as const), nth: fc.nat(5), fails: fc.boolean() }),
    fc.record({ kind: fc.constant("invalidate" as const), tags }),
    fc.record({ kind: fc.constant("wait" as const), ms: fc.constantFrom(1, 10, 20) }),
    fc.record({ kind: fc.constant("clear" as const) }),
  ),
  { maxLength: 60 },
);

/** What the cache ought to hold, in the plainest way to say it. */
interface Kept {
  readonly value: number;
  readonly tags: readonly string[];
  readonly until: number;
}

interface Coming {
  readonly key: string;
  readonly value: number;
  readonly tags: readonly string[];
  readonly ttl: number;
  readonly resolve: (value: number) => void;
  readonly reject: (error: Error) => void;
  readonly settled: Promise<unknown>;
  open: boolean;
}

test("does what a naive model does, whatever the order of loads, landings and invalidations", async () => {
  await fc.assert(fc.asyncProperty(actions, follow), { numRuns: 500 });
});

async function follow(steps: typeof actions extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  let now = 0;
  let next = 0;
  const cache = createMemoryCache({ now: () => now });
  const model = new Map<string, Kept>();
  const coming: Coming[] = [];
  const live = (key: string): Kept | null => {
    const kept = model.get(key);
    return kept !== undefined && kept.until > now ? kept : null;
  };
  const joinable = (key: string) => coming.find((flight) => flight.key === key && flight.open);
  for (const step of steps) {
    if (step.kind === "wait") now += step.ms;
    if (step.kind === "clear") {
      model.clear();
      for (const flight of coming) flight.open = false;
      cache.clear();
    }
    if (step.kind === "invalidate") {
      const hit = (owner: { readonly tags: readonly string[] }) =>
        owner.tags.some((tag) => step.tags.includes(tag));
      for (const [key, kept] of model) if (hit(kept)) model.delete(key);
      for (const flight of coming) if (hit(flight)) flight.open = false;
      cache.invalidate(step.tags);
    }
    if (step.kind === "load" && joinable(step.key) === undefined) {
      const value = next++;
      const entry = await cache.load(step.key, { ttlMs: step.ttl, tags: step.tags }, () => value);
      const kept = live(step.key);
      assert.equal(entry.value, kept === null ? value : kept.value);
      if (kept === null) model.set(step.key, { value, tags: step.tags, until: now + step.ttl });
    }
    if (step.kind === "begin") {
      const flight = Promise.withResolvers<number>();
      let called = false;
      const loaded = cache.load(step.key, { ttlMs: step.ttl, tags: step.tags }, () => {
        called = true;
        return flight.promise;
      });
      assert.equal(called, live(step.key) === null && joinable(step.key) === undefined);
      if (called) {
        const { resolve, reject } = flight;
        const settled = Promise.resolve(loaded).then(
          (entry) => entry.value,
          () => "failed",
        );
        coming.push({ ...step, value: next++, resolve, reject, settled, open: true });
      } else {
        Promise.resolve(loaded).catch(() => {});
      }
    }
    const landing = step.kind === "land" ? coming.splice(step.nth, 1)[0] : undefined;
    if (step.kind === "land" && landing !== undefined) {
      if (step.fails) landing.reject(new Error("failed"));
      else landing.resolve(landing.value);
      assert.equal(await landing.settled, step.fails ? "failed" : landing.value);
      if (landing.open && !step.fails) {
        model.set(landing.key, { value: landing.value, tags: landing.tags, until: now + landing.ttl });
      }
    }
    for (const key of ["a", "b", "c", "d"]) assert.equal(cache.get(key)?.value, live(key)?.value);
  }
  cache.clear();
  const { entries, bytes, tags: left } = cache.stats();
  assert.deepEqual([entries, bytes, left], [0, 0, 0]);
}
