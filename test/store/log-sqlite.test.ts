import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { t } from "../../src/schema/t.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { LogFollower, logOf, rowsOf, sortedRows } from "./log-reader.ts";
import { perRound } from "./log-writers.ts";
import { blog, childEnvironment, openFor, tableOf, temporaryFolder, user, users } from "./tables.ts";

const names = blog.map(({ name }) => name);

test("50 writers over processes that write to one file", async (context) => {
  const location = join(temporaryFolder(context), "log.sqlite");
  const store = openFor(context, blog, location);
  const follower = new LogFollower(logOf(store));
  let isOver = false;
  const rounds = 2;
  const codes = Promise.all([0, 25].map((first) => runChild(location, first, 25, rounds)));
  await Promise.all([codes.finally(() => (isOver = true)), follower.follow(() => isOver)]);
  assert.deepEqual(await codes, [0, 0]);
  assert.deepEqual(sortedRows(follower.rows), sortedRows(await rowsOf(store, names)));
  assert.equal(follower.kinds.created, 50 * rounds * perRound.created);
});

function runChild(location: string, first: number, writers: number, rounds: number): Promise<number | null> {
  const child = fileURLToPath(new URL("log-child.ts", import.meta.url));
  const words = ["--conditions=fourfold-source", child, location, first, writers, rounds].map(String);
  const started = spawn(process.execPath, words, {
    stdio: ["ignore", "inherit", "inherit"],
    env: childEnvironment,
  });
  return new Promise((resolve) => started.once("exit", resolve));
}

test("what is not watched is not logged, and has no trigger", async (context) => {
  const location = join(temporaryFolder(context), "log.sqlite");
  const store = openFor(context, [{ ...users, watched: false }], location);
  assert.equal(store.changes, null);
  await store.table("users").insert([user(1)]);
  const database = new DatabaseSync(location);
  const made = database.prepare(
    "select name from sqlite_schema where name like 'fourfold.%' or name = 'fourfold_changes'",
  );
  assert.deepEqual(made.all(), []);
  database.close();
});

test("the log goes on over starts and migrations; a history that has a gap is another one", async (context) => {
  const location = join(temporaryFolder(context), "log.sqlite");
  const open = async (tables: Parameters<typeof openSqliteStore>[0]["tables"]) => {
    const store = openSqliteStore({ location, tables, migrate: "auto" });
    const log = logOf(store);
    const identity = log.identity("users");
    const { newest } = await log.bounds();
    await store.close();
    return { identity, newest };
  };
  const first = openSqliteStore({ location, tables: blog, migrate: "auto" });
  await first.table("users").insert([user(1)]);
  await first.close();
  const before = await open(blog);
  assert.deepEqual(await open(blog), before, "the same definition, the same history");
  const others = tableOf("others", { name: t.string() });
  assert.deepEqual(await open([...blog, others]), before, "another table changes nothing for this one");
  const wider = blog.map((table) =>
    table.name === "users" ? { ...table, columns: [...table.columns, ...extra.columns.slice(1)] } : table,
  );
  const after = await open([...wider, others]);
  assert.notEqual(
    after.identity,
    before.identity,
    "columns have changed: rows in the log are of another form",
  );
  assert.equal(after.newest, before.newest);
  const unwatched = wider.map((table) => (table.name === "users" ? { ...table, watched: false } : table));
  const silent = openSqliteStore({ location, tables: [...unwatched, others], migrate: "auto" });
  await silent.table("users").insert([{ ...user(2), motto: null }]);
  await silent.close();
  const again = await open([...wider, others]);
  assert.notEqual(again.identity, after.identity, "changes were not logged meanwhile");
  const database = new DatabaseSync(location);
  database.exec(`drop trigger "fourfold.users.updated"`);
  database.close();
  assert.notEqual((await open([...wider, others])).identity, again.identity, "somebody took a trigger away");
});

const extra = tableOf("extra", { motto: t.string({ optional: true }) });
