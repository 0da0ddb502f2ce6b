import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { openPool } from "../../src/store/postgres/pool/open-pool.ts";
import type { Pool } from "../../src/store/postgres/pool/pool.ts";
import { KeptLog } from "./pool-log.ts";
import { startStandby } from "./standby.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

describe("reads from replicas", { skip: notTested }, () => {
  let primary: TemporaryPostgres;
  let standby: TemporaryPostgres;
  const pools: Pool[] = [];
  const log = new KeptLog();
  const open = async (parameters = "", replicas = [standby.url()]): Promise<Pool> => {
    const pool = await openPool({ url: `${primary.url()}?${parameters}`, replicas, log });
    pools.push(pool);
    return pool;
  };
  const whence = {
    text: "select pg_is_in_recovery() as replica, (select n from counter) as n",
  };
  const read = async (pool: Pool): Promise<{ readonly replica: unknown; readonly n: unknown }> => {
    const [row = {}] = (await pool.reader.query(whence)).rows;
    return { replica: row["replica"], n: row["n"] };
  };
  const add = { text: "update counter set n = n + 1 returning n" };
  const write = async (pool: Pool): Promise<unknown> => (await pool.query(add)).rows[0]?.["n"];
  const fromReplica = (pool: Pool): Promise<void> =>
    until(async () => (await read(pool)).replica === true, "a read from the replica");

  before(async () => {
    primary = await startPostgres();
    await primary.run("create table counter (n int); insert into counter values (0)");
    standby = await startStandby(primary);
  });
  afterEach(async () => {
    await standby.run("select pg_wal_replay_resume()").catch(() => undefined);
    await Promise.all(pools.splice(0).map((pool) => pool.close()));
  });
  after(async () => {
    await standby?.dispose();
    await primary?.dispose();
  });

  test("reads go to the replica, writes and transactions to the primary", async () => {
    const pool = await open();
    await fromReplica(pool);
    assert.deepEqual((await pool.query({ text: "select pg_is_in_recovery() as replica" })).rows, [
      { replica: false },
    ]);
    const lent = await pool.lend((connection) => connection.query(whence));
    assert.equal(lent.rows[0]?.["replica"], false);
    assert.deepEqual(
      pool.stats.map(({ server }) => server),
      ["primary", "replica_1"],
    );
  });

  test("whoever wrote reads it, also while the replica is behind", async () => {
    const pool = await open();
    await fromReplica(pool);
    await standby.run("select pg_wal_replay_pause()");
    const n = await write(pool);
    for (let count = 0; count < 20; count++) assert.deepEqual(await read(pool), { replica: false, n });
    await standby.run("select pg_wal_replay_resume()");
    await fromReplica(pool);
    assert.deepEqual(await read(pool), { replica: true, n });
  });

  test("a transaction's writes are read too", async () => {
    const pool = await open();
    await fromReplica(pool);
    await standby.run("select pg_wal_replay_pause()");
    const n = await pool.lend(async (connection) => {
      await connection.query({ text: "begin" });
      const { rows } = await connection.query(add);
      await connection.query({ text: "commit" });
      return rows[0]?.["n"];
    });
    assert.deepEqual(await read(pool), { replica: false, n });
  });

  test("never anything older under a load of writes", async () => {
    const pool = await open();
    await fromReplica(pool);
    let acknowledged = Number(await write(pool));
    let isOver = false;
    let replicaReads = 0;
    const writer = async (): Promise<void> => {
      while (!isOver) {
        acknowledged = Math.max(acknowledged, Number(await write(pool)));
        await new Promise((resolve) => setTimeout(resolve, 15 * Math.random()));
      }
    };
    const reader = async (): Promise<void> => {
      while (!isOver) {
        const least = acknowledged;
        const { replica, n } = await read(pool);
        assert.ok(Number(n) >= least, `read ${n}, though ${least} was acknowledged`);
        if (replica === true) replicaReads++;
      }
    };
    const all = Promise.all([writer(), ...Array.from({ length: 8 }, reader)]);
    await Promise.race([all, new Promise((resolve) => setTimeout(resolve, 2_000))]);
    isOver = true;
    await all;
    assert.ok(replicaReads > 0, "some reads came from the replica");
  });

  test("a write of another node is seen at once where it was told of", async () => {
    const [here, there] = [await open("replica_lag=1h"), await open()];
    await fromReplica(here);
    await standby.run("select pg_wal_replay_pause()");
    const n = await write(there);
    here.wroteElsewhere();
    assert.deepEqual(await read(here), { replica: false, n });
  });

  test("and after replica_lag where nobody told of it", async () => {
    const [here, there] = [await open("replica_lag=200ms"), await open()];
    await fromReplica(here);
    await standby.run("select pg_wal_replay_pause()");
    const n = await write(there);
    const since = performance.now();
    // No waiting by the clock: whatever is read once the time is over must be new.
    for (;;) {
      const begun = performance.now();
      const seen = await read(here);
      if (begun - since > 250) {
        assert.deepEqual(seen, { replica: false, n });
        break;
      }
    }
  });

  test("a replica that goes away is read from no more, and again when it is back", async () => {
    const pool = await open();
    await fromReplica(pool);
    await standby.stop("immediate");
    const n = await write(pool);
    for (let count = 0; count < 20; count++) assert.deepEqual(await read(pool), { replica: false, n });
    await standby.start();
    await fromReplica(pool);
    assert.deepEqual(await read(pool), { replica: true, n });
  });

  test("reads under way when it goes away are done at the primary", async () => {
    const pool = await open();
    await fromReplica(pool);
    const reads = Array.from({ length: 20 }, () =>
      pool.reader.query({ text: "select pg_sleep(0.5), 1 as a" }).then(({ rows }) => rows[0]?.["a"]),
    );
    await until(async () => {
      const [row = {}] = await standby.run(
        "select count(*)::int as n from pg_stat_activity where state = 'active' and query like '%pg_sleep(0.5)%' and pid <> pg_backend_pid()",
      );
      return Number(row["n"]) > 0;
    }, "reads run at the replica");
    await standby.stop("immediate");
    assert.deepEqual(
      await Promise.all(reads),
      Array.from({ length: 20 }, () => 1),
    );
    await standby.start();
  });

  test("a start without the replica; a standby is no primary; a primary is no replica", async () => {
    const pool = await open("", ["postgres://nobody:nothing@127.0.0.1:1/x"]);
    assert.equal((await read(pool)).replica, false);
    assert.match(log.lines.join("\n"), /database_away .*replica_1/);
    assert.ok(!log.lines.join("\n").includes("nothing"), "no password in the log");
    await assert.rejects(openPool({ url: standby.url(), log }), {
      name: "StoreOpenError",
      message: "DATABASE_URL leads to a standby, which cannot be written: name the primary",
    });
    const circle = await open("", [primary.url()]);
    for (let count = 0; count < 30; count++) await read(circle);
    assert.equal(circle.stats[1]?.cancelled, 0);
    assert.equal((await read(circle)).replica, false);
  });
});
