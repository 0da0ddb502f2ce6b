import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { startTest } from "fourfold/testing";
import blog from "../../examples/blog/api.ts";
import { compileApi } from "../../src/plan/compile.ts";
import { EventReader, typeOf } from "../wire/event-source.ts";

const root = join(import.meta.dirname, "../..");
const guide = await readFile(join(root, "docs/watch.md"), "utf8");

test("the guide's lines to paste do what it says", async () => {
  await using server = await startTest(blog);
  const [, watched = ""] = /curl -N 'http:\/\/localhost:8000([^']+)'/.exec(guide) ?? [];
  const [, path = "", json = ""] =
    /curl http:\/\/localhost:8000(\S+) -H 'content-type: application\/json' -d '([^']+)'/.exec(guide) ?? [];
  const reader = new EventReader(`${server.origin}${watched}`, { accept: "*/*" });
  const told = await reader.until("synced");
  assert.deepEqual(told.map(typeOf), ["snapshot", "snapshot", "synced"]);
  assert.equal((await server.request(`POST ${path}`, { json: JSON.parse(json) })).status, 201);
  const [created] = await reader.until("created");
  assert.match(JSON.stringify(created?.data), /"name":"Alan Turing"/);
  reader.close();
});

test("the guide's definition is one", async () => {
  const [, example = ""] = /```ts\n([\s\S]*?)```/.exec(guide) ?? [];
  await mkdir(join(root, "tmp"), { recursive: true });
  const folder = await mkdtemp(join(root, "tmp", "watch-"));
  try {
    await writeFile(join(folder, "shop.ts"), example);
    const plan = compileApi((await import(join(folder, "shop.ts"))).default);
    assert.deepEqual(
      plan.tables.map(({ watched }) => watched),
      [true],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
