import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { openPool } from "../../src/store/postgres/pool/open-pool.ts";
import type { Pool } from "../../src/store/postgres/pool/pool.ts";
import type { Queries } from "../../src/store/postgres/pool/statement.ts";
import { KeptLog } from "./pool-log.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

describe("the pool of PostgreSQL's connections", { skip: notTested }, () => {
  let server: TemporaryPostgres;
  let url = "";
  const opened: Pool[] = [];
  const log = new KeptLog();
  const open = async (parameters = ""): Promise<Pool> => {
    const pool = await openPool({ url: `${url}?application_name=pool&${parameters}`, log });
    opened.push(pool);
    return pool;
  };
  /** What the pool's connections do, as the server sees it. */
  const activity = async (): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    server.run("select pid, state, query from pg_stat_activity where application_name = 'pool'");
  const running = async (text: string): Promise<number> =>
    (await activity()).filter(({ state, query }) => state === "active" && String(query).includes(text))
      .length;
  const stats = (pool: Pool) => pool.stats[0] ?? assert.fail("no stats");

  before(async () => {
    server = await startPostgres();
    url = await server.createDatabase();
    await server.run(
      "create table things (id int primary key, name text unique); insert into things select n, 'thing ' || n from generate_series(1, 1000) n",
      url,
    );
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((pool) => pool.close()));
  });
  after(() => server?.dispose());

  test("runs statements, and gives rows, counts and the server's own errors", async () => {
    const pool = await open();
    const one = await pool.query({
      name: "one",
      text: "select id, name from things where id = $1",
      values: [7],
    });
    assert.deepEqual({ ...one.rows[0] }, { id: 7, name: "thing 7" });
    const written = await pool.query({ text: "update things set name = name where id <= $1", values: [3] });
    assert.equal(written.rowCount, 3);
    await assert.rejects(pool.query({ text: "insert into things values (1, 'x')" }), {
      name: "error",
      code: "23505",
      constraint: "things_pkey",
    });
    await assert.rejects(pool.query({ text: "selec 1" }), { code: "42601" });
    assert.deepEqual((await pool.query({ text: "select 1 as a" })).rows, [{ a: 1 }]);
  });

  test("opens what is needed, at most the maximum, and closes down to the minimum what is idle", async () => {
    const pool = await open("pool_min=2&pool_max=5&idle_timeout=300ms&pipeline=1");
    await until(() => stats(pool).idle === 2, "the minimum is open");
    await Promise.all(Array.from({ length: 20 }, () => pool.query({ text: "select pg_sleep(0.02)" })));
    assert.equal(stats(pool).opened, 5);
    assert.equal((await activity()).length, 5);
    await until(() => stats(pool).idle === 2 && stats(pool).closed === 3, "the idle ones are closed");
    await until(async () => (await activity()).length === 2, "at the server too");
  });

  test("a connection is replaced when it is old, each at another time", async () => {
    const pool = await open("pool_min=1&pool_max=1&max_lifetime=400ms");
    const pid = async (): Promise<unknown> =>
      (await pool.query({ text: "select pg_backend_pid() as pid" })).rows[0]?.["pid"];
    const first = await pid();
    await until(async () => (await pid()) !== first, "another connection");
    assert.equal(stats(pool).failed, 0);
  });

  test("several statements are under way on one connection, and each fails alone", async () => {
    const pool = await open("pool_max=1");
    const divide = { name: "named", text: "select 10 / ($1::int - 5) as a" };
    // Only behind what is known to be quick is more sent.
    await pool.query({ ...divide, values: [1] });
    const asked = Promise.allSettled(
      Array.from({ length: 40 }, (_, index) => pool.query({ ...divide, values: [index] })),
    );
    assert.equal(stats(pool).underWay, 16);
    const answers = await asked;
    const failed = answers.flatMap(({ status }, index) => (status === "rejected" ? [index] : []));
    assert.deepEqual(failed, [5]);
    for (const [index, answer] of answers.entries())
      if (answer.status === "fulfilled")
        assert.equal(answer.value.rows[0]?.["a"], Math.trunc(10 / (index - 5)) || 0);
    // Each is a transaction of its own: what failed took nothing else with it.
    // Without a log there is no disk to wait for.
    await pool.query({ text: "create unlogged table quick (id int primary key)" });
    const insert = { name: "insert", text: "insert into quick values ($1)" };
    for (const id of [1, 2, 3, 4]) await pool.query({ ...insert, values: [id] });
    const inserts = Promise.allSettled([5, 1, 6].map((id) => pool.query({ ...insert, values: [id] })));
    assert.equal(stats(pool).underWay, 3);
    await inserts;
    const { rows } = await pool.query({ text: "select id from quick order by id" });
    assert.deepEqual(
      rows.map(({ id }) => id),
      [1, 2, 3, 4, 5, 6],
    );
    assert.equal(stats(pool).opened, 1);
  });

  test("nothing is sent behind a statement that takes long", async () => {
    const pool = await open("pool_min=2&pool_max=2");
    await until(() => stats(pool).idle === 2, "two are open");
    let slowIsOver = false;
    const slow = pool.query({ text: "select pg_sleep(1)" }).then(() => {
      slowIsOver = true;
    });
    await until(async () => (await running("pg_sleep")) === 1, "it runs");
    await Promise.all(Array.from({ length: 100 }, () => pool.query({ name: "one", text: "select 1" })));
    assert.equal(slowIsOver, false);
    await slow;
  });

  test("a lent connection is one caller's, and given back whatever happens", async () => {
    const pool = await open("pool_max=2");
    const count = async (queries: Queries): Promise<unknown> =>
      (await queries.query({ text: "select count(*)::int as n from things where id > 3000" })).rows[0]?.["n"];
    await pool.lend(async (connection) => {
      await connection.query({ text: "begin" });
      await connection.query({ text: "insert into things values (3001, 'kept')" });
      assert.equal(await count(pool), 0, "others do not see it, and do not wait");
      await connection.query({ text: "commit" });
    });
    assert.equal(await count(pool), 1);
    const kept: Queries[] = [];
    await assert.rejects(
      pool.lend(async (connection) => {
        kept.push(connection);
        await connection.query({ text: "begin" });
        await connection.query({ text: "insert into things values (3002, 'lost')" });
        throw new Error("mine");
      }),
      /mine/,
    );
    assert.equal(await count(pool), 1, "what was open is rolled back");
    for (const connection of kept) await assert.rejects(connection.query({ text: "select 1" }), /given back/);
    await until(() => stats(pool).inUse === 0, "both are free");
    assert.equal(stats(pool).broken, 0);
    await pool.query({ text: "delete from things where id > 3000" });
  });

  test("a lent connection whose statement breaks it is replaced", async () => {
    const pool = await open("pool_max=1");
    await assert.rejects(
      pool.lend((connection) => connection.query({ text: "select pg_terminate_backend(pg_backend_pid())" })),
      { code: "UNAVAILABLE", retryAfter: 1, message: "The database cannot be used now" },
    );
    assert.deepEqual((await pool.query({ text: "select 1 as a" })).rows, [{ a: 1 }]);
    assert.equal(stats(pool).broken, 1);
  });

  test("whoever waits too long is told so, with a time to come back", async () => {
    const pool = await open("pool_max=1&acquire_timeout=200ms");
    const order: number[] = [];
    await pool.lend(async () => {
      const waiting = [1, 2, 3].map((number) =>
        pool.query({ text: "select 1" }).catch((thrown) => {
          order.push(number);
          throw thrown;
        }),
      );
      for (const each of waiting)
        await assert.rejects(each, {
          code: "UNAVAILABLE",
          kind: "unavailable",
          retryAfter: 1,
          message: "The database is busy",
        });
    });
    assert.deepEqual(order, [1, 2, 3]);
    assert.equal(stats(pool).refused, 3);
    await pool.query({ text: "select 1" });
  });

  test("the queue is bounded, and whoever gives up leaves it at once", async () => {
    const pool = await open("pool_max=1&pool_queue=2&acquire_timeout=10s");
    const controller = new AbortController();
    await pool.lend(async () => {
      const first = pool.query({ text: "select 1 as a" }, controller.signal);
      const second = pool.lend((connection) => connection.query({ text: "select 2 as a" }));
      await assert.rejects(pool.query({ text: "select 3" }), { code: "UNAVAILABLE" });
      assert.equal(stats(pool).waiting, 2);
      controller.abort();
      await assert.rejects(first, { code: "CANCELLED" });
      assert.equal(stats(pool).waiting, 1);
      const third = pool.query({ text: "select 3 as a" });
      setImmediate(async () => assert.deepEqual((await second).rows, [{ a: 2 }]));
      setImmediate(async () => assert.deepEqual((await third).rows, [{ a: 3 }]));
      await wait(20);
    });
    await until(() => stats(pool).waiting === 0 && stats(pool).inUse === 0, "all were served");
    await assert.rejects(pool.query({ text: "select 1" }, AbortSignal.abort()), { code: "CANCELLED" });
    await assert.rejects(
      pool.lend(async () => 1, AbortSignal.abort()),
      { code: "CANCELLED" },
    );
  });

  test("first come, first served: borrowers are not overtaken by statements that could be sent at once", async () => {
    const pool = await open("pool_max=2");
    let isOver = false;
    const stream = async (): Promise<void> => {
      while (!isOver) await pool.query({ text: "select pg_sleep(0.002)" });
    };
    const streams = Array.from({ length: 30 }, stream);
    await wait(100);
    for (let count = 0; count < 5; count++)
      await pool.lend((connection) => connection.query({ text: "select 1" }));
    isOver = true;
    await Promise.all(streams);
    assert.ok(stats(pool).waits.counts.reduce((sum, each) => sum + each) > 5);
    assert.equal(stats(pool).refused, 0);
  });

  test("a signal cancels the statement at the server, and the connection goes on", async () => {
    const pool = await open("pool_max=1");
    const controller = new AbortController();
    const slow = pool.query({ text: "select pg_sleep(60)" }, controller.signal);
    await until(async () => (await running("pg_sleep")) === 1, "it runs");
    const reason = Object.assign(new Error("The deadline passed"), { kind: "deadline_exceeded" });
    controller.abort(reason);
    await assert.rejects(slow, reason);
    await until(async () => (await running("pg_sleep")) === 0, "it is cancelled");
    assert.deepEqual((await pool.query({ text: "select 1 as a" })).rows, [{ a: 1 }]);
    assert.partialDeepStrictEqual(stats(pool), { opened: 1, broken: 0, cancelled: 1 });
  });

  test("a signal in a transaction cancels its statement and rolls it back", async () => {
    const pool = await open("pool_max=1");
    const controller = new AbortController();
    const work = pool.lend(async (connection) => {
      await connection.query({ text: "begin" });
      await connection.query({ text: "insert into things values (4001, 'lost')" });
      await connection.query({ text: "select pg_sleep(60)" });
    }, controller.signal);
    await until(async () => (await running("pg_sleep")) === 1, "it runs");
    controller.abort();
    await assert.rejects(work, { code: "CANCELLED" });
    const { rows } = await pool.query({ text: "select 1 from things where id = 4001" });
    assert.deepEqual(rows, []);
    assert.partialDeepStrictEqual(stats(pool), { opened: 1, broken: 0 });
  });

  test("a cancellation never ends another caller's statement", async () => {
    const pool = await open("pool_max=2");
    let given = 0;
    const caller = async (index: number): Promise<void> => {
      for (let count = 0; count < 60; count++) {
        if ((index + count) % 3 === 0) {
          const signal = AbortSignal.timeout(1 + (count % 4));
          await pool.query({ text: "select pg_sleep(0.003)" }, signal).catch(() => undefined);
        } else {
          const { rows } = await pool.query({
            name: "mine",
            text: "select $1::int as a, pg_sleep(0.0005)",
            values: [count],
          });
          assert.equal(rows[0]?.["a"], count);
          given++;
        }
      }
    };
    await Promise.all(Array.from({ length: 12 }, (_, index) => caller(index)));
    assert.equal(given, 480);
    assert.ok(stats(pool).cancelled > 20, `${stats(pool).cancelled} were cancelled`);
    assert.equal(stats(pool).broken, 0);
  });

  test("a statement that runs too long is ended", async () => {
    const pool = await open("pool_max=1&statement_timeout=200ms");
    await assert.rejects(pool.query({ text: "select pg_sleep(60)" }), { code: "DEADLINE_EXCEEDED" });
    assert.deepEqual((await pool.query({ text: "select 1 as a" })).rows, [{ a: 1 }]);
    assert.equal(
      (await pool.query({ text: "show statement_timeout" })).rows[0]?.["statement_timeout"],
      "200ms",
    );
  });

  test("what has been idle is asked for a sign of life before it is used", async () => {
    const pool = await open("pool_min=1&pool_max=1&check_after=0ms");
    await pool.query({ text: "select 1" });
    await wait(30);
    assert.deepEqual((await pool.query({ text: "select 2 as a" })).rows, [{ a: 2 }]);
    const [{ query } = {}] = await server.run(
      "select count(*)::int as query from pg_stat_activity where application_name = 'pool'",
    );
    assert.equal(query, 1);
    assert.equal(stats(pool).broken, 0);
  });

  test("plans of before a migration are made anew", async () => {
    const pool = await open("pool_max=2");
    await pool.query({ text: "create table shapes (id int, size int); insert into shapes values (1, 2)" });
    const read = { name: "shape", text: "select * from shapes" };
    assert.deepEqual({ ...(await pool.query(read)).rows[0] }, { id: 1, size: 2 });
    await pool.query({ text: "alter table shapes add column name text default 'x'" });
    assert.deepEqual({ ...(await pool.query(read)).rows[0] }, { id: 1, size: 2, name: "x" });
    assert.deepEqual({ ...(await pool.query(read)).rows[0] }, { id: 1, size: 2, name: "x" });
  });

  test("names that are lost are left out from then on, and the log says why that may be", async () => {
    const pool = await open("pool_max=1");
    await pool.query({ name: "gone", text: "select 1 as a" });
    await pool.query({ text: "deallocate all" });
    assert.deepEqual((await pool.query({ name: "gone", text: "select 1 as a" })).rows, [{ a: 1 }]);
    assert.match(log.lines.join("\n"), /database_statements_lost .*pgbouncer=true/);
  });

  test("a connection of its own hears notifications", async () => {
    const pool = await open("pool_max=1");
    const direct = await pool.direct();
    const heard: string[] = [];
    direct.onNotification((channel, payload) => heard.push(`${channel}: ${payload}`));
    await direct.query({ text: "listen changes" });
    await pool.query({ text: "select pg_notify('changes', 'now')" });
    await until(() => heard.length > 0, "the notification");
    assert.deepEqual(heard, ["changes: now"]);
    await server.run("select pg_terminate_backend(pid) from pg_stat_activity where query = 'listen changes'");
    assert.match(String(await direct.ended), /terminat|ended/i);
    await direct.close();
  });

  test("closing waits for what runs, and takes nothing more", async () => {
    const pool = await open("pool_max=2");
    const last = pool.query({ text: "select pg_sleep(0.3), 1 as a" });
    const closed = pool.close();
    await assert.rejects(pool.query({ text: "select 1" }), { code: "UNAVAILABLE" });
    assert.equal((await last).rows[0]?.["a"], 1);
    await closed;
    await until(async () => (await activity()).length === 0, "all connections are closed");
  });
});
