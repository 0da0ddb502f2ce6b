import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { api, resource, t } from "fourfold";
import type { Cache } from "../../src/cache/cache.ts";
import { createMemoryCache } from "../../src/cache/memory.ts";
import { CacheFreshness } from "../../src/invoke/cache-freshness.ts";
import { compileApi } from "../../src/plan/compile.ts";
import type { TouchedRows } from "../../src/store/changes.ts";

const Note = resource("Note", { fields: { id: t.id() } });
const unchanged: TouchedRows = { rows: [], upTo: 1, isCut: false };

/** A cache whose looks the test answers. */
class Looks {
  readonly cache: Cache;
  now = 0;
  readonly waiting: PromiseWithResolvers<TouchedRows>[] = [];

  constructor(context: TestContext) {
    context.mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
    this.cache = createMemoryCache({ now: () => this.now });
    const since = (): Promise<TouchedRows> => {
      const look = Promise.withResolvers<TouchedRows>();
      this.waiting.push(look);
      return look.promise;
    };
    const plan = compileApi(api("notes", { resources: [Note] }));
    const touches = { since, close: () => {} };
    const freshness = new CacheFreshness({ cache: this.cache, touches, plan, failed: () => {} });
    context.after(() => freshness.close());
  }

  /** Answers the look under way, which callers wait for. */
  async answer(found: TouchedRows | Error): Promise<void> {
    const renewal = this.cache.renewal();
    const look = this.waiting.pop();
    if (found instanceof Error) look?.reject(found);
    else look?.resolve(found);
    await renewal;
  }
}

test("after a time in which nobody asked, all wait for one look, and are given what is there", async (context) => {
  const looks = new Looks(context);
  const { cache } = looks;
  await looks.answer(unchanged);
  void cache.load("a", { ttlMs: 10_000, tags: [] }, () => 1);
  assert.equal(cache.renewal(), null, "nobody waits while the cache is believed");
  looks.now = 5_000;
  assert.equal(cache.get("a"), null);
  const renewal = cache.renewal();
  assert.notEqual(renewal, null);
  assert.equal(cache.renewal(), renewal);
  assert.equal(looks.waiting.length, 1);
  await looks.answer(unchanged);
  assert.equal(cache.get("a")?.value, 1);
});

test("nobody waits for a database that did not answer the last time", async (context) => {
  const looks = new Looks(context);
  await looks.answer(new Error("away"));
  assert.equal(looks.cache.renewal(), null);
  context.mock.timers.tick(100);
  assert.equal(looks.waiting.length, 1, "it is asked again");
  assert.equal(looks.cache.renewal(), null);
  looks.waiting.pop()?.resolve(unchanged);
  await new Promise(setImmediate);
  void looks.cache.load("a", { ttlMs: 1_000, tags: [] }, () => 1);
  assert.equal(looks.cache.get("a")?.value, 1);
});

test("a look that takes long is not waited for any longer", async (context) => {
  const { cache } = new Looks(context);
  const renewal = cache.renewal();
  context.mock.timers.tick(500);
  await renewal;
  assert.equal(cache.renewal(), null);
});
