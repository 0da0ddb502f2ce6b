import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { t } from "../../src/schema/t.ts";
import type { TableModel } from "../../src/schema/table.ts";
import { harmless } from "../../test/store/migrators.ts";
import { tableOf } from "../../test/store/tables.ts";
import { catalogOf, postgresMigrator, withMigrator } from "./catalog.ts";
import { notTested, startPostgres } from "./temporary-postgres.ts";

const first: readonly TableModel[] = [
  tableOf("b", { v: t.int32() }),
  tableOf("a", { x: t.string(), y: t.int32({ optional: true }), bId: t.ref("b", { optional: true }) }),
];
const second: readonly TableModel[] = [
  tableOf("b", { v: t.int32(), more: t.text({ optional: true }) }),
  tableOf("a", {
    x: t.string({ indexed: true }),
    y: t.int32({ default: 7 }),
    bId: t.ref("b", { optional: true, onDelete: "setNull" }),
    fresh: t.string({ default: "new", unique: false, indexed: true }),
    otherId: t.ref("b", { optional: true }),
  }),
];

/** Writes and reads until it is stopped; no statement may fail, or wait for a lock for longer than the server is told. */
class Load {
  readonly #client: Client;
  readonly #statements: readonly string[];
  #isStopped = false;
  count = 0;

  constructor(url: string, lockTimeout: number, statements: readonly string[]) {
    this.#client = new Client({ connectionString: url, options: `-c lock_timeout=${lockTimeout}` });
    this.#statements = statements;
  }

  async run(): Promise<void> {
    await this.#client.connect();
    try {
      while (!this.#isStopped) {
        for (const statement of this.#statements) await this.#client.query(statement);
        this.count++;
      }
    } finally {
      await this.#client.end();
    }
  }

  stop(): void {
    this.#isStopped = true;
  }
}

test("PostgreSQL: under load, and with a long reader, no statement fails or waits longer than the migration may wait for a lock", {
  skip: notTested,
}, async () => {
  const server = await startPostgres();
  try {
    const url = await server.createDatabase();
    await withMigrator(url, first, (migrator) => migrator.apply(harmless));
    await server.run(
      `insert into b (id, v) select gen_random_uuid(), g from generate_series(1, 100) g;
       insert into a (id, x, b_id) select gen_random_uuid(), 'x' || g, (select id from b limit 1) from generate_series(1, 20000) g`,
      url,
    );
    const lockTimeout = 200;
    // What a statement of theirs may wait for locks: ours, another one of ours behind it, and a busy machine.
    const loads = [
      "insert into a (id, x, y) values (gen_random_uuid(), 'load', 1)",
      "update a set x = x || '.', _version = _version + 1 where id = (select id from a order by random() limit 1)",
      "insert into b (id, v) values (gen_random_uuid(), 1)",
      "select count(*) from (select x, y from a limit 100) found",
    ].map((statement) => new Load(url, 2_000, [statement]));
    const running = Promise.all(loads.map((load) => load.run()));
    // It reads both tables for longer than anybody may wait, and all that needs them for itself must come after it.
    const reader = new Client({ connectionString: url });
    await reader.connect();
    await reader.query("begin; select count(*) from a; select count(*) from b");
    const ended = sleep(5_000).then(() => reader.query("commit"));
    const migrator = await postgresMigrator(url, second, undefined, { lockTimeout });
    const applied = migrator.apply(harmless);
    await Promise.race([running, applied, sleep(4_000)]);
    const counts = loads.map(({ count }) => count);
    await Promise.race([running, Promise.all([applied, ended])]);
    assert.deepEqual(await migrator.verify(), []);
    await migrator.close();
    await reader.end();
    for (const load of loads) load.stop();
    await running;
    for (const [index, { count }] of loads.entries())
      assert.ok(count > (counts[index] ?? 0), `${index} went on: ${counts[index]}, ${count}`);
    const [row] = await server.run("select count(*)::int as n from a where y is null or fresh <> 'new'", url);
    assert.equal(row?.["n"], 0);
    const fresh = await server.createDatabase();
    await withMigrator(fresh, second, (each) => each.apply(harmless));
    assert.deepEqual(await catalogOf(url), await catalogOf(fresh));
  } finally {
    await server.dispose();
  }
});
