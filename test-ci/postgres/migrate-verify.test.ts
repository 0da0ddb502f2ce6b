import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { t } from "../../src/schema/t.ts";
import { bringUpToDate } from "../../src/store/migrate/postgres/auto.ts";
import { directUrl } from "../../src/store/migrate/postgres/session.ts";
import { anything, harmless } from "../../test/store/migrators.ts";
import { blog, idOf, tableOf } from "../../test/store/tables.ts";
import { postgresMigrator, withMigrator } from "./catalog.ts";
import { notTested, startPostgres } from "./temporary-postgres.ts";

test("PostgreSQL: verify, refusals and contention", { skip: notTested }, async (context) => {
  const server = await startPostgres();
  context.after(() => server.dispose());

  await context.test("verify finds each kind of drift, whatever the database says of itself", async () => {
    const url = await server.createDatabase();
    const settings = tableOf("settings", {
      word: t.string({ default: "a" }),
      count: t.int32({ optional: true }),
    });
    await withMigrator(url, [...blog, settings], async (migrator) => {
      await migrator.apply(harmless);
      assert.deepEqual(await migrator.verify(), []);
      await server.run(
        `insert into users (id, name, email) values ('${idOf(1)}', 'same', 'a@b.c'), ('${idOf(2)}', 'same', 'd@e.f')`,
        url,
      );
      await server
        .run(`create unique index concurrently "users.name" on users (name)`, url)
        .catch(() => undefined);
      await server.run(
        `drop table comments;
         create table strays (x int);
         drop index "users.nick";
         drop index "users.email"; create unique index "users.email" on users (email);
         alter table users add column extra text;
         alter table users add constraint short check (length(name) < 10);
         create unique index pair on users (name, email);
         alter table posts drop constraint "posts.author_id";
         alter table posts add constraint "posts.author_id" foreign key (author_id) references users (id) on delete cascade not valid;
         alter table posts drop constraint "posts.editor_id";
         alter table posts alter title type varchar(20), alter title drop not null;
         drop index "posts.editor_id"; create unique index "posts.editor_id" on posts (editor_id);
         drop trigger "fourfold.updated" on posts;
         alter table settings drop column _version, alter word set default 'b', alter count set default 3;`,
        url,
      );
      assert.deepEqual(await migrator.verify(), [
        "users.email compares with regard to case",
        "users.nick has no index in place of a unique index",
        "users.extra is not in the definition",
        "index users.name is invalid",
        "users has a unique index that is not in the definition (pair)",
        "users has a constraint that is not in the definition (short)",
        'posts.title is character varying(20) in place of text collate "c"',
        "posts.title is optional in place of required",
        "posts.author_id refers to users on delete CASCADE in place of users on delete RESTRICT",
        "posts.author_id has a reference that not all rows were checked for",
        "posts.editor_id refers to nothing in place of users on delete SET NULL",
        "posts.editor_id has a unique index in place of an index",
        "table comments is missing",
        "settings._version is missing",
        "settings.word has the default 'b'::text in place of 'a'",
        "settings.count has the default 3, which is not in the definition",
        "table strays is not in the definition",
        "posts has no trigger fourfold.updated",
        "comments has no trigger fourfold.created",
        "comments has no trigger fourfold.updated",
        "comments has no trigger fourfold.deleted",
      ]);
    });
  });

  await context.test(
    "a table with rows is not written anew, and nothing is lost, without being told",
    async () => {
      const url = await server.createDatabase();
      const first = [tableOf("a", { n: t.int32(), gone: t.text({ optional: true }) })];
      const wider = [tableOf("a", { n: t.int64(), gone: t.text({ optional: true }) })];
      await withMigrator(url, first, (migrator) => migrator.apply(harmless));
      await server.run(`insert into a (id, n) values ('${idOf(1)}', 1)`, url);
      await withMigrator(url, wider, async (migrator) => {
        await assert.rejects(migrator.apply(harmless), /write every row of a anew.*--allow-rewrite/);
        const [step] = (await migrator.plan()).steps;
        assert.equal(step?.rewrites, "a");
        await migrator.apply({ loss: false, rewrite: true });
        assert.deepEqual(await migrator.verify(), []);
      });
      await withMigrator(url, [tableOf("a", { n: t.int64() })], async (migrator) => {
        await assert.rejects(migrator.apply({ loss: false, rewrite: true }), /lose every value of a\.gone/);
        await migrator.apply(anything);
      });
      await withMigrator(url, [tableOf("a", { n: t.int64(), must: t.string() })], async (migrator) => {
        await assert.rejects(migrator.apply(anything), /a\.must is new and required.*default/);
      });
    },
  );

  await context.test(
    "rows that break what shall hold are told, and nothing is left in the way of others",
    async () => {
      const url = await server.createDatabase();
      const n = { n: t.int32() };
      await withMigrator(url, [tableOf("a", n)], (migrator) => migrator.apply(harmless));
      await server.run(`insert into a (id, n) values ('${idOf(1)}', 1), ('${idOf(2)}', 1)`, url);
      await withMigrator(url, [tableOf("a", { n: t.int32({ unique: true }) })], async (migrator) => {
        await assert.rejects(
          migrator.apply(harmless),
          /make a\.n unique: rows share a value of a\.n.*mend these rows first/,
        );
      });
      await withMigrator(url, [tableOf("a", n)], async (migrator) =>
        assert.deepEqual(await migrator.verify(), []),
      );
    },
  );

  await context.test(
    "a lock that cannot be had, and another process that migrates, are waited for, and not for ever",
    async () => {
      const url = await server.createDatabase();
      const tables = [tableOf("a", { n: t.int32() })];
      await withMigrator(url, tables, (migrator) => migrator.apply(harmless));
      const next = [tableOf("a", { n: t.int32(), m: t.int32({ optional: true }) })];
      const patience = { lockTimeout: 50, giveUpAfter: 400, turnTimeout: 300 };
      const [one, other] = [
        await postgresMigrator(url, next, undefined, { ...patience, giveUpAfter: 2_000 }),
        await postgresMigrator(url, next, undefined, patience),
      ];
      const holder = new Client({ connectionString: url });
      await holder.connect();
      await holder.query("begin; select * from a");
      const slow = assert.rejects(one.apply(harmless), /add column a\.m: a lock could not be had within 2 s/);
      const turn = "select 1 from pg_locks where locktype = 'advisory' and granted";
      while ((await server.run(turn, url)).length === 0) await sleep(10);
      await assert.rejects(other.apply(harmless), /Another process migrates this database.* 0\.3 s/);
      await slow;
      await holder.query("commit");
      await holder.end();
      assert.deepEqual(await one.apply(harmless), ["add column a.m"]);
      await one.close();
      await other.close();
    },
  );

  await context.test("a node of before starts beside a newer definition that it can go on with", async () => {
    const url = await server.createDatabase();
    const old = [tableOf("a", { n: t.int32(), gone: t.text({ optional: true }) })];
    await bringUpToDate(directUrl(url), old, "auto");
    const wider = tableOf("a", {
      n: t.int32(),
      gone: t.text({ optional: true }),
      fresh: t.string({ default: "x", indexed: true }),
    });
    await withMigrator(url, [wider, tableOf("b", { m: t.int32() })], (migrator) => migrator.apply(harmless));
    await bringUpToDate(directUrl(url), old, "never");
    await withMigrator(url, [tableOf("a", { n: t.int32() })], (migrator) => migrator.apply(anything));
    await assert.rejects(
      bringUpToDate(directUrl(url), old, "never"),
      /is not what the definition asks for \(add column a\.gone\)/,
    );
  });
});
