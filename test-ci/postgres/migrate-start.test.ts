import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { t } from "../../src/schema/t.ts";
import { bringUpToDate } from "../../src/store/migrate/postgres/auto.ts";
import { openPostgresMigrations } from "../../src/store/migrate/postgres/database.ts";
import { directUrl } from "../../src/store/migrate/postgres/session.ts";
import { StoreOpenError } from "../../src/store/open-error.ts";
import { blog, idOf, tableOf } from "../../test/store/tables.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";

let server: TemporaryPostgres;

test("PostgreSQL: tables at start", { skip: notTested }, async (context) => {
  before(async () => {
    server = await startPostgres();
  });
  after(() => server.dispose());

  await context.test("all tables of a definition are made in an empty database", async () => {
    const url = await server.createDatabase();
    await bringUpToDate(directUrl(url), blog, "auto");
    await bringUpToDate(directUrl(url), blog, "never");
    const insert = (sql: string) => server.run(sql, url);
    await insert(`insert into users (id, name, email) values ('${idOf(1)}', 'Ada', 'Ada@example.com')`);
    await assert.rejects(
      insert(`insert into users (id, name, email) values ('${idOf(2)}', 'Eve', 'aDA@example.com')`),
      { code: "23505", constraint: "users.email" },
    );
    await insert(`insert into users (id, name, email) values ('${idOf(3)}', 'Äda', 'äda@example.com')`);
    await insert(`insert into users (id, name, email) values ('${idOf(4)}', 'Äda', 'Äda@example.com')`);
    await assert.rejects(
      insert(`insert into posts (id, title, author_id) values ('${idOf(5)}', 't', '${idOf(9)}')`),
      {
        code: "23503",
        constraint: "posts.author_id",
      },
    );
    await insert(
      `insert into posts (id, title, author_id, editor_id) values ('${idOf(5)}', 't', '${idOf(1)}', '${idOf(3)}')`,
    );
    await insert(`insert into comments (id, text, post_id) values ('${idOf(6)}', 'c', '${idOf(5)}')`);
    await assert.rejects(insert(`delete from users where id = '${idOf(1)}'`), {
      constraint: "posts.author_id",
    });
    await insert(`delete from users where id = '${idOf(3)}'`);
    assert.deepEqual(await insert("select editor_id from posts"), [{ editor_id: null }]);
    await insert("delete from posts");
    assert.deepEqual(await insert("select 1 from comments"), []);
  });

  await context.test("eight nodes that start at once make them once", async () => {
    const url = await server.createDatabase();
    await Promise.all(Array.from({ length: 8 }, () => bringUpToDate(directUrl(url), blog, "auto")));
    const tables = await server.run(
      "select count(*)::int as n from pg_tables where schemaname = 'public'",
      url,
    );
    assert.equal(tables[0]?.["n"], 8);
  });

  await context.test(
    "what would be lost is refused, and so is a database that is not up to date",
    async () => {
      const url = await server.createDatabase();
      await assert.rejects(bringUpToDate(directUrl(url), blog, "never"), StoreOpenError);
      await bringUpToDate(directUrl(url), [tableOf("a", { x: t.string(), y: t.int32() })], "auto");
      await assert.rejects(
        bringUpToDate(directUrl(url), [tableOf("a", { x: t.string() })], "auto"),
        /lose every value of a\.y/,
      );
    },
  );

  await context.test("what a role may not do is told in one line, with what it needs", async () => {
    const url = await server.createDatabase();
    await server.run("create role weak login password 'weak'");
    const weak = url.replace(/\/\/[^@]*@/, "//weak:weak@");
    const refused =
      /^StoreOpenError: The database cannot be used: permission denied for .*"grant create, usage/;
    await assert.rejects(bringUpToDate(directUrl(weak), blog, "auto"), refused);
    await bringUpToDate(directUrl(url), blog, "auto");
    await assert.rejects(bringUpToDate(directUrl(weak), blog, "never"), refused);
    const migrations = await openPostgresMigrations(directUrl(weak), blog);
    await assert.rejects(async () => migrations.read(), refused);
    await assert.rejects(async () => migrations.differences({ tables: [] }), refused);
    await migrations.close();
    await server.run("grant select, insert, update, delete on all tables in schema public to weak", url);
    await bringUpToDate(directUrl(weak), blog, "never");
  });

  await context.test("a table of others, and another encoding, are told in one line", async () => {
    const url = await server.createDatabase();
    await server.run("create table users (id integer)", url);
    await assert.rejects(
      bringUpToDate(directUrl(url), blog, "auto"),
      /relation "users" already exists, and was not made by fourfold: rename it, or name a database/,
    );
    await server.run("create database latin encoding 'LATIN1' locale 'C' template template0");
    await assert.rejects(
      bringUpToDate(directUrl(server.url("latin")), blog, "auto"),
      /^StoreOpenError: The database "latin" keeps text as LATIN1: create one with encoding UTF8/,
    );
  });

  await context.test("a definition changes a database of rows", async () => {
    const url = await server.createDatabase();
    await bringUpToDate(
      directUrl(url),
      [tableOf("a", { x: t.string(), y: t.int32({ optional: true }), z: t.int32() })],
      "auto",
    );
    await server.run(
      `insert into a (id, x, z) select gen_random_uuid(), 'x', g from generate_series(1, 2500) g`,
      url,
    );
    const next = tableOf("a", {
      w: t.string({ formerly: "x", indexed: true }),
      y: t.int32({ default: 7 }),
      z: t.int32({ unique: true, optional: true }),
      n: t.decimal({ precision: 8, scale: 2, default: "1.50" }),
      b: t.bytes({ default: new Uint8Array([0, 255]) }),
      parentId: t.ref("a", { optional: true, onDelete: "setNull" }),
    });
    await bringUpToDate(directUrl(url), [next], "auto");
    const rows = await server.run(
      "select w, y, n::text, b::text, _version, count(*)::int from a group by 1,2,3,4,5",
      url,
    );
    assert.deepEqual(rows, [{ w: "x", y: 7, n: "1.50", b: "\\x00ff", _version: 2, count: 2500 }]);
    await bringUpToDate(directUrl(url), [next], "never");
  });
});
