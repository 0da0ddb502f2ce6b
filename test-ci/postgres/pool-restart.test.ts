import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openPool } from "../../src/store/postgres/pool/open-pool.ts";
import type { Pool } from "../../src/store/postgres/pool/pool.ts";
import { KeptLog } from "./pool-log.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

describe("a server that goes away and comes back", { skip: notTested }, () => {
  let server: TemporaryPostgres;
  let pool: Pool;
  const pools: Pool[] = [];
  const open = async (parameters: string): Promise<Pool> => {
    const opened = await openPool({ url: `${server.url()}?${parameters}`, log });
    pools.push(opened);
    return opened;
  };
  const log = new KeptLog();
  const one = { text: "select 1 as a" };
  const stats = () => pool.stats[0] ?? assert.fail("no stats");

  before(async () => {
    server = await startPostgres();
    pool = await open("pool_min=3&acquire_timeout=700ms&check_after=1h");
    await until(() => stats().idle === 3, "the minimum is open");
  });
  after(async () => {
    await Promise.all(pools.map((each) => each.close()));
    await server?.dispose();
  });

  test("callers are told that it is away, at once when it has been gone for a while, and it is not ready", async () => {
    await pool.ready();
    await server.stop("fast");
    await until(() => stats().broken >= 3, "all are seen to be broken, without a statement on them");
    await assert.rejects(pool.query(one), {
      code: "UNAVAILABLE",
      retryAfter: 1,
      message: "The database cannot be used now",
    });
    await until(
      () =>
        pool.ready().then(
          () => false,
          () => true,
        ),
      "it is not ready",
    );
    const before = stats().refused;
    const answers = await Promise.allSettled(Array.from({ length: 500 }, () => pool.query(one)));
    const causes = answers.map((each) => each.status === "rejected" && each.reason.cause);
    // What has a cause is logged, call by call; that the server is away is logged once.
    assert.deepEqual(new Set(causes), new Set([undefined]));
    assert.equal(stats().refused, before + 500);
    assert.equal(stats().waiting, 0, "nobody waits for it");
    const { failed } = stats();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    assert.ok(stats().failed - failed <= 6, `it was tried ${stats().failed - failed} times in 2 s`);
  });

  test("it is used again by itself when it is back", async () => {
    await server.start();
    await until(
      () =>
        pool.ready().then(
          () => true,
          () => false,
        ),
      "it is ready",
    );
    assert.deepEqual((await pool.query(one)).rows, [{ a: 1 }]);
    await until(() => stats().idle === 3, "the minimum is open again");
    assert.match(log.lines.join("\n"), /database_away .*primary(.|\n)*database_back .*primary/);
  });

  test("whoever waits through a short restart is served", async () => {
    const patient = await open("acquire_timeout=15s");
    await server.stop("fast");
    const answers = Promise.all(Array.from({ length: 20 }, () => patient.query(one)));
    await server.start();
    assert.equal((await answers).length, 20);
  });

  test("no acknowledged write is lost when it crashes under load, and reads that were under way are repeated", async () => {
    await server.run("create table acknowledged (n int primary key)");
    const patient = await open("acquire_timeout=15s");
    const acknowledged: number[] = [];
    let next = 0;
    let isOver = false;
    let failures = 0;
    const writer = async (): Promise<void> => {
      while (!isOver) {
        const n = next++;
        try {
          await patient.query({ name: "add", text: "insert into acknowledged values ($1)", values: [n] });
          acknowledged.push(n);
        } catch (thrown) {
          assert.partialDeepStrictEqual({ ...(thrown as object) }, { code: "UNAVAILABLE" });
          failures++;
        }
      }
    };
    const reader = async (): Promise<void> => {
      while (!isOver) await patient.reader.query({ name: "one", text: "select count(*) from acknowledged" });
    };
    const all = Promise.all([...Array.from({ length: 10 }, writer), ...Array.from({ length: 4 }, reader)]);
    await until(() => acknowledged.length > 300, "writes");
    await server.stop("immediate");
    await server.start();
    const before = acknowledged.length;
    await until(() => acknowledged.length > before + 300, "writes after it is back");
    isOver = true;
    await all;
    const rows = await server.run("select n from acknowledged");
    const there = new Set(rows.map(({ n }) => n));
    assert.deepEqual(
      acknowledged.filter((n) => !there.has(n)),
      [],
    );
    assert.ok(failures > 0, "some were under way, and not acknowledged");
  });
});
