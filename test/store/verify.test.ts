import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { t } from "../../src/schema/t.ts";
import { openSqliteStore } from "../../src/store/sqlite/open.ts";
import { harmless, sqliteMigrator } from "./migrators.ts";
import { blog, tableOf, temporaryFolder } from "./tables.ts";

test("verify looks at the tables themselves, whatever the database says of itself", async (context) => {
  const root = temporaryFolder(context);
  const location = join(root, "verified.sqlite");
  await openSqliteStore({ location, tables: blog, migrate: "auto" }).close();
  const migrator = sqliteMigrator({ location, tables: blog, folder: join(root, "none") });
  context.after(() => migrator.close());
  assert.deepEqual(await migrator.verify(), []);
  const database = new DatabaseSync(location);
  context.after(() => database.close());
  database.exec('drop trigger "fourfold.users.created"');
  assert.deepEqual(await migrator.verify(), ["the triggers that log changes are missing, or are others"]);
  database.exec(`
    pragma foreign_keys = off;
    drop table comments;
    create table strays (x);
    drop index "users.nick";
    alter table users add column extra text;
    drop table posts;
    create table posts (
      "id" text primary key, "title" blob, "author_id" text not null references "users" ("id") on delete cascade,
      "editor_id" text
    ) strict;
    create index other on posts (author_id);
    create unique index another on posts (editor_id);
  `);
  assert.deepEqual(await migrator.verify(), [
    "users.nick has no index in place of a unique index",
    "users.extra is not in the definition",
    "posts._version is missing",
    "posts.title is blob in place of text",
    "posts.title is optional in place of required",
    "posts.author_id refers to users on delete CASCADE in place of users on delete RESTRICT",
    "posts.editor_id refers to nothing in place of users on delete SET NULL",
    "posts.editor_id has a unique index in place of an index",
    "table comments is missing",
    "table strays is not in the definition",
  ]);
});

test("files begin where a database that had changed itself is, or say why they cannot", async (context) => {
  const root = temporaryFolder(context);
  const location = join(root, "adopted.sqlite");
  const folder = join(root, "migrations");
  const one = [tableOf("a", { x: t.string() })];
  const two = [tableOf("a", { x: t.string(), y: t.int32({ optional: true }) })];
  await openSqliteStore({ location, tables: one, migrate: "auto" }).close();
  const first = sqliteMigrator({ location, tables: one, folder });
  const second = sqliteMigrator({ location, tables: two, folder });
  context.after(async () => {
    await first.close();
    await second.close();
  });
  await first.write("start", harmless);
  assert.deepEqual(await first.apply(harmless), ["0001_start.sql"]);
  await second.write("y", harmless);
  assert.deepEqual(await second.apply(harmless), ["0002_y.sql"]);
  assert.deepEqual(await second.verify(), []);
  const other = join(root, "other.sqlite");
  await openSqliteStore({ location: other, tables: one, migrate: "auto" }).close();
  const late = sqliteMigrator({ location: other, tables: two, folder });
  context.after(() => late.close());
  await assert.rejects(late.apply(harmless), /add column a\.y.*apply them to a new one/);
});

test("files that would be passed over, share a number, come late or end their transaction are refused", async (context) => {
  const root = temporaryFolder(context);
  const folder = join(root, "migrations");
  const made = sqliteMigrator({ location: join(root, "files.sqlite"), tables: [], folder });
  context.after(() => made.close());
  mkdirSync(folder);
  const put = (name: string, sql: string): void => writeFileSync(join(folder, name), sql);
  put("0002_b.sql", "-- begin; it's\ncreate table b (x); COMMIT ; create table c (x);");
  await assert.rejects(
    made.apply(harmless),
    /^StoreOpenError: 0002_b\.sql: it is run in a transaction of its own/,
  );
  assert.deepEqual(await made.status(), [{ name: "0002_b.sql", appliedAt: null, isUnderWay: false }]);
  put("0002_b.sql", "drop table if exists b");
  await made.apply(harmless);
  put("0001_a.sql", "");
  await assert.rejects(
    made.apply(harmless),
    /0001_a\.sql comes before 0002_b\.sql, which was applied already/,
  );
  put("0002_a.sql", "");
  await assert.rejects(made.apply(harmless), /0002_a\.sql shares its number/);
  put("notes.sql", "");
  await assert.rejects(made.apply(harmless), /notes\.sql is not named like/);
  writeFileSync(join(folder, "snapshot.json"), "<<<<<<<");
  await assert.rejects(made.write("x", harmless), /snapshot\.json cannot be read/);
});
