import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { StoreOpenError } from "../../src/store/open-error.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { blog, openFor, temporaryFolder, user } from "./tables.ts";

/** Opening fails with one line that names the file and what to do. */
function assertRefused(location: string, reason: RegExp): void {
  assert.throws(
    () => openSqliteStore({ location, tables: blog, migrate: "auto", lockTimeout: 50 }),
    (thrown) => {
      assert.ok(thrown instanceof StoreOpenError, String(thrown));
      assert.match(thrown.message, reason);
      assert.ok(thrown.message.includes(location), thrown.message);
      assert.doesNotMatch(thrown.message, /\n/);
      return true;
    },
  );
}

test("a file that is not a database", (context) => {
  const location = join(temporaryFolder(context), "notes.txt");
  writeFileSync(location, "These are notes and no database. ".repeat(100));
  assertRefused(location, /not an SQLite database/);
});

test("a folder that is not there, and a folder in place of a file", (context) => {
  const folder = temporaryFolder(context);
  assertRefused(join(folder, "nowhere", "store.sqlite"), /no such folder/);
  mkdirSync(join(folder, "taken"));
  assertRefused(join(folder, "taken"), /no such folder|folder/);
});

test("a damaged database", async (context) => {
  const location = join(temporaryFolder(context), "damaged.sqlite");
  const store = openSqliteStore({ location, tables: blog, migrate: "auto" });
  await store.table("users").insert([user(1)]);
  await store.close();
  const { readFileSync } = await import("node:fs");
  const bytes = readFileSync(location);
  // The header stays; the pages with the tables' own table are noise.
  writeFileSync(location, Buffer.concat([bytes.subarray(0, 100), Buffer.alloc(bytes.length - 100, 0xa5)]));
  assertRefused(location, /damaged/);
});

test("a database that another process has locked", (context) => {
  const location = join(temporaryFolder(context), "locked.sqlite");
  const other = new DatabaseSync(location);
  other.exec("pragma journal_mode = delete; create table a (b); begin exclusive; insert into a values (1)");
  assertRefused(location, /locked/);
  other.close();
});

test("a new file is made, durable as it must be", (context) => {
  const location = join(temporaryFolder(context), "new.sqlite");
  openFor(context, blog, location);
  const probe = new DatabaseSync(location);
  assert.deepEqual({ ...probe.prepare("pragma journal_mode").get() }, { journal_mode: "wal" });
  probe.close();
});

test("a file may be opened again, and by a second store at once", async (context) => {
  const location = join(temporaryFolder(context), "shared.sqlite");
  const [one, two] = [openFor(context, blog, location), openFor(context, blog, location)];
  await one.table("users").insert([user(1)]);
  assert.notEqual(await two.table("users").get(String(user(1)["id"]), null), null);
  assert.throws(() => one.table("nothing"), /nothing/);
});
