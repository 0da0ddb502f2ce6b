import assert from "node:assert/strict";
import { test } from "node:test";
import { t } from "../../src/schema/t.ts";
import { bringUpToDate } from "../../src/store/migrate/postgres/auto.ts";
import { directUrl } from "../../src/store/migrate/postgres/session.ts";
import { idOf, tableOf } from "../../test/store/tables.ts";
import { withMigrator } from "./catalog.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";

const parentId = t.ref("a", { optional: true, onDelete: "setNull" });
const quiet = { ...tableOf("quiet", { n: t.int32() }), watched: false };
const first = [tableOf("a", { x: t.string(), parentId }), quiet];
const second = [tableOf("a", { y: t.string({ formerly: "x" }), parentId }), quiet];

/** A database with the first tables. */
async function withFirst(
  work: (url: string, run: (sql: string) => ReturnType<TemporaryPostgres["run"]>) => Promise<void>,
): Promise<void> {
  const server = await startPostgres();
  try {
    const url = await server.createDatabase();
    await bringUpToDate(directUrl(url), first, "auto");
    await work(url, (sql) => server.run(sql, url));
  } finally {
    await server.dispose();
  }
}

test(
  "PostgreSQL: changes of watched tables are logged, and columns come and go under it",
  {
    skip: notTested,
  },
  () =>
    withFirst(async (url, run) => {
      await run(`insert into quiet (id, n) values ('${idOf(1)}', 1)`);
      await run(`insert into a (id, x) values ('${idOf(1)}', 'one')`);
      await run(`insert into a (id, x, parent_id) values ('${idOf(2)}', 'two', '${idOf(1)}')`);
      await bringUpToDate(directUrl(url), second, "auto");
      const identity = await run("select identity from fourfold_watched");
      await run(`delete from a where id = '${idOf(1)}'`);
      await run("update a set y = y");
      const one = { id: idOf(1), parent_id: null, _version: 1 };
      const two = { id: idOf(2), parent_id: idOf(1), _version: 1 };
      const logged = await run(
        `select kind, version, before, after from fourfold_changes where "table" = 'a' order by row_id, position`,
      );
      assert.deepEqual(logged, [
        { kind: "created", version: 1, before: null, after: { ...one, x: "one" } },
        { kind: "deleted", version: 1, before: { ...one, y: "one" }, after: null },
        { kind: "created", version: 1, before: null, after: { ...two, x: "two" } },
        {
          kind: "updated",
          version: 2,
          before: { ...two, y: "two" },
          after: { ...two, y: "two", parent_id: null, _version: 2 },
        },
      ]);
      await run(`drop trigger "fourfold.created" on a; alter table a disable trigger "fourfold.deleted"`);
      await withMigrator(url, second, async (migrator) => {
        assert.deepEqual(await migrator.verify(), [
          "a has no trigger fourfold.created",
          "a has its trigger fourfold.deleted switched off",
        ]);
      });
      await bringUpToDate(directUrl(url), second, "never");
      await run("delete from a");
      const [last] = await run("select kind from fourfold_changes order by position desc limit 1");
      assert.equal(last?.["kind"], "deleted");
      assert.notDeepEqual(
        await run("select identity from fourfold_watched"),
        identity,
        "its history begins anew",
      );
    }),
);

test(
  "PostgreSQL: the triggers of the release before log until they are replaced, and no history begins anew",
  {
    skip: notTested,
  },
  () =>
    withFirst(async (url, run) => {
      const identity = await run("select identity from fourfold_watched");
      await run(`drop trigger "fourfold.created" on a;
      create trigger "fourfold.created" after insert on a for each row execute function "fourfold_log_change"('created');
      update fourfold_watched set triggers = 'those of before'`);
      const insert = (from: number) =>
        run(`insert into a (id, x) values ('${idOf(from)}', 'x'), ('${idOf(from + 1)}', 'y')`);
      await insert(1);
      await bringUpToDate(directUrl(url), first, "never");
      await insert(3);
      const logged = await run(
        `select row_id, kind, version, before, after from fourfold_changes order by entry`,
      );
      assert.deepEqual(
        logged,
        [1, 2, 3, 4].map((index) => ({
          row_id: idOf(index),
          kind: "created",
          version: 1,
          before: null,
          after: { id: idOf(index), parent_id: null, _version: 1, x: index % 2 === 1 ? "x" : "y" },
        })),
      );
      const [trigger] = await run(
        `select pg_get_triggerdef(oid) as "text" from pg_trigger where tgname = 'fourfold.created'`,
      );
      assert.match(String(trigger?.["text"]), /REFERENCING NEW TABLE AS fourfold_created FOR EACH STATEMENT/);
      assert.deepEqual(await run("select identity from fourfold_watched"), identity);
    }),
);
