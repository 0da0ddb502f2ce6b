import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openPool } from "../../src/store/postgres/pool/open-pool.ts";
import type { Pool } from "../../src/store/postgres/pool/pool.ts";
import { without } from "../wire/workspace.ts";
import { type PgbouncerProcess, startPgbouncer } from "./pgbouncer-process.ts";
import { KeptLog } from "./pool-log.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

describe("behind a PgBouncer in transaction mode", { skip: notTested || without("pgbouncer") }, () => {
  let server: TemporaryPostgres;
  let bouncer: PgbouncerProcess;
  const pools: Pool[] = [];
  const log = new KeptLog();
  const open = async (parameters = "pgbouncer=true", direct?: string): Promise<Pool> => {
    const url = `${bouncer.through(server.url())}?${parameters}`;
    const pool = await openPool({ url, log, ...(direct === undefined ? {} : { direct }) });
    pools.push(pool);
    return pool;
  };

  before(async () => {
    server = await startPostgres();
    await server.run("create table things (id int primary key, name text)");
    bouncer = await startPgbouncer(server);
  });
  after(async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await bouncer?.stop();
    await server?.dispose();
  });

  test("named statements and transactions of many callers share its few connections", async () => {
    const pool = await open("pgbouncer=true&pool_max=20");
    const insert = { name: "insert", text: "insert into things values ($1, $2)" };
    const select = { name: "select", text: "select name from things where id = $1" };
    const transfer = async (id: number): Promise<void> => {
      await pool.lend(async (connection) => {
        await connection.query({ text: "begin" });
        await connection.query({ ...insert, values: [id, `thing ${id}`] });
        const { rows } = await connection.query({ ...select, values: [id] });
        assert.deepEqual(
          rows.map((row) => ({ ...row })),
          [{ name: `thing ${id}` }],
        );
        await connection.query({ text: "commit" });
      });
      const { rows } = await pool.query({ ...select, values: [id] });
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        [{ name: `thing ${id}` }],
      );
    };
    await Promise.all(Array.from({ length: 150 }, (_, id) => transfer(id)));
    const [{ n } = {}] = await server.run(
      "select count(*)::int as n from pg_stat_activity where usename = current_user and pid <> pg_backend_pid() and backend_type = 'client backend'",
    );
    assert.equal(n, 3);
  });

  test("nothing is left behind in its connections: no names, no settings", async () => {
    const pool = await open();
    for (let count = 0; count < 10; count++) {
      const { rows } = await pool.query({
        name: "left",
        text: "select (select count(*)::int from pg_prepared_statements where name <> '') as names, current_setting('statement_timeout') as timeout",
      });
      assert.deepEqual(
        rows.map((row) => ({ ...row })),
        [{ names: 0, timeout: "0" }],
      );
    }
  });

  test("a signal cancels the statement at the server, and nobody else's", async () => {
    const pool = await open("pgbouncer=true&pool_max=8");
    let given = 0;
    const caller = async (index: number): Promise<void> => {
      for (let count = 0; count < 25; count++) {
        if ((index + count) % 3 === 0) {
          const signal = AbortSignal.timeout(2 + (count % 4));
          await pool.query({ text: "select pg_sleep(0.004)" }, signal).catch(() => undefined);
        } else {
          const { rows } = await pool.query({
            text: "select $1::int as a, pg_sleep(0.0005)",
            values: [count],
          });
          assert.equal(rows[0]?.["a"], count);
          given++;
        }
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, index) => caller(index)));
    assert.equal(given, 100);
    const controller = new AbortController();
    const slow = pool.query({ text: "select pg_sleep(61)" }, controller.signal);
    const running = async (): Promise<unknown> =>
      (
        await server.run(
          "select count(*)::int as n from pg_stat_activity where query = 'select pg_sleep(61)' and state = 'active'",
        )
      )[0]?.["n"];
    await until(async () => (await running()) === 1, "it runs");
    controller.abort();
    await assert.rejects(slow, { code: "CANCELLED" });
    await until(async () => (await running()) === 0, "it is cancelled");
  });

  test("a statement that runs too long is ended, though the server is not told of the limit", async () => {
    const pool = await open("pgbouncer=true&statement_timeout=300ms");
    await assert.rejects(pool.query({ text: "select pg_sleep(60)" }), { code: "DEADLINE_EXCEEDED" });
    assert.deepEqual((await pool.query({ text: "select 1 as a" })).rows, [{ a: 1 }]);
  });

  test("what belongs to a session needs the server's own URL", async () => {
    await assert.rejects((await open()).direct(), {
      name: "StoreOpenError",
      message: "Behind a PgBouncer, name the server itself in DATABASE_DIRECT_URL",
    });
    const pool = await open("pgbouncer=true", server.url());
    const direct = await pool.direct();
    const heard: string[] = [];
    direct.onNotification((_channel, payload) => heard.push(payload));
    await direct.query({ text: "listen changes" });
    await pool.query({ text: "select pg_notify('changes', 'now')" });
    await until(() => heard.length === 1, "the notification");
    await direct.close();
    assert.equal(await direct.ended, null);
  });

  test("one that was not declared is found at the start", async () => {
    await assert.rejects(open(""), {
      name: "StoreOpenError",
      message: /^DATABASE_URL: A PgBouncer answers at 127\.0\.0\.1:\d+: add pgbouncer=true to the URL$/,
    });
  });
});
