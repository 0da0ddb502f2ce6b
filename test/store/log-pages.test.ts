import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { t } from "../../src/schema/t.ts";
import { logOf } from "./log-reader.ts";
import { idOf, openFor, tableOf, temporaryFolder } from "./tables.ts";

test("a page of large rows has fewer of them, and says that there are more", async (context) => {
  const scrolls = tableOf("scrolls", { text: t.text() });
  const location = join(temporaryFolder(context), "log.sqlite");
  const store = openFor(context, [scrolls], location);
  const log = logOf(store);
  const count = 20;
  const row = (index: number): { id: string; text: string } => ({
    id: idOf(index),
    text: "x".repeat(200_000),
  });
  for (let index = 1; index <= count; index++) await store.table("scrolls").insert([row(index)]);
  const pages = [
    (after: number) => log.read(after, 500),
    (after: number) => log.readTable("scrolls", after),
  ] as const;
  for (const read of pages) {
    const seen: number[] = [];
    for (let after = 0, isFull = true; isFull; ) {
      const page = await read(after);
      assert.ok(page.changes.length <= 3, `a page has ${page.changes.length} changes of 200,000 characters`);
      assert.equal(page.isCut, false);
      seen.push(...page.changes.map(({ position }) => position));
      assert.equal(page.upTo, seen.at(-1));
      ({ upTo: after, isFull } = page);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: count }, (_, index) => index + 1),
    );
  }
  // A page that was left before its end holds no older state of the database.
  await log.read(0, 500);
  await store.table("scrolls").insert([row(count + 1)]);
  assert.equal((await log.bounds()).newest, count + 1);
  assert.equal((await log.read(count, 500)).changes[0]?.id, idOf(count + 1));
});
