import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { openPool } from "../../src/store/postgres/pool/open-pool.ts";
import type { Pool } from "../../src/store/postgres/pool/pool.ts";
import { KeptLog } from "./pool-log.ts";
import { TcpProxy } from "./tcp-proxy.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

/** A load of writes and reads, and what became of it. */
class Load {
  readonly acknowledged = new Set<number>();
  failures = 0;
  wrongReads = 0;
  #next = 0;
  #isOver = false;
  readonly #pool: Pool;
  readonly #all: Promise<unknown>;

  constructor(pool: Pool, table: string) {
    this.#pool = pool;
    this.#all = Promise.all([
      ...Array.from({ length: 8 }, () => this.#write(table)),
      ...Array.from({ length: 8 }, () => this.#read()),
    ]);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#all;
  }

  /** As requests do: with a deadline. */
  async #write(table: string): Promise<void> {
    const add = { name: `add to ${table}`, text: `insert into ${table} values ($1)` };
    while (!this.#isOver) {
      const n = this.#next++;
      try {
        await this.#pool.query({ ...add, values: [n] }, AbortSignal.timeout(1_000));
        this.acknowledged.add(n);
      } catch (thrown) {
        await this.#failed(thrown);
      }
    }
  }

  async #read(): Promise<void> {
    let n = 0;
    while (!this.#isOver) {
      n++;
      try {
        const { rows } = await this.#pool.reader.query({
          name: "echo",
          text: "select $1::int as n",
          values: [n],
        });
        if (rows[0]?.["n"] !== n) this.wrongReads++;
      } catch (thrown) {
        await this.#failed(thrown);
      }
    }
  }

  /** As clients do: whoever is told to come back does not come at once. */
  async #failed(thrown: unknown): Promise<void> {
    await wait(10);
    this.failures++;
    const { code } = thrown as { readonly code: unknown };
    assert.ok(code === "UNAVAILABLE" || code === "DEADLINE_EXCEEDED", String(thrown));
  }
}

describe("faults between the node and PostgreSQL", { skip: notTested }, () => {
  let server: TemporaryPostgres;
  let proxy: TcpProxy;
  let pool: Pool;
  const log = new KeptLog();

  before(async () => {
    server = await startPostgres();
    proxy = await new TcpProxy(server.port).listen();
    const url = server.url().replace(`:${server.port}`, `:${proxy.port}`);
    pool = await openPool({ url: `${url}?pool_min=4&pool_max=6&acquire_timeout=500ms`, log });
  });
  after(async () => {
    await pool?.close();
    await proxy?.close();
    await server?.dispose();
  });

  const isReady = (): Promise<boolean> =>
    pool.ready().then(
      () => true,
      () => false,
    );

  /** Under load: the fault, its end, and everything goes on within five seconds, with nothing lost that was acknowledged. */
  const survives = async (table: string, begin: () => void, end: () => void): Promise<void> => {
    await server.run(`create table ${table} (n int primary key)`);
    const load = new Load(pool, table);
    try {
      await until(() => load.acknowledged.size > 100, "writes before the fault");
      begin();
      await until(async () => !(await isReady()), "it is not ready");
      await wait(1_500);
      end();
      const ended = performance.now();
      const before = load.acknowledged.size;
      await until(async () => (await isReady()) && load.acknowledged.size > before + 50, "service is back");
      const took = performance.now() - ended;
      assert.ok(took < 5_000, `service was back after ${Math.round(took)} ms`);
    } finally {
      await load.stop();
    }
    const there = new Set((await server.run(`select n from ${table}`)).map(({ n }) => Number(n)));
    assert.deepEqual(
      [...load.acknowledged].filter((n) => !there.has(n)),
      [],
    );
    assert.equal(load.wrongReads, 0);
    assert.ok(load.failures > 0);
  };

  test("connections are cut (TCP reset), and new ones too", () =>
    survives(
      "cut",
      () => proxy.refuse(),
      () => proxy.restore(),
    ));

  test("connections are stalled, and go on", () =>
    survives(
      "stalled",
      () => proxy.stall(),
      () => proxy.restore(),
    ));

  test("connections are stalled for ever, and only new ones pass", () =>
    survives(
      "dropped",
      () => proxy.stall(),
      () => proxy.restore(true),
    ));

  test("one cut is no more than an answer for each write that was under way, and none for reads", async () => {
    await server.run("create table one_cut (n int primary key)");
    const reads = Array.from({ length: 200 }, (_, n) =>
      pool.reader.query({ name: "echo", text: "select $1::int as n", values: [n] }),
    );
    proxy.cut();
    const answers = await Promise.all(reads);
    assert.deepEqual(
      answers.map(({ rows }) => rows[0]?.["n"]),
      Array.from({ length: 200 }, (_, n) => n),
    );
  });

  test("a long statement on a connection that is well is not taken for lost", async () => {
    const { rows } = await pool.query({ text: "select pg_sleep(4), 1 as a" });
    assert.equal(rows[0]?.["a"], 1);
  });

  test("a statement without a deadline is not waited for where its connection is dead", async () => {
    const broken = pool.stats[0]?.broken ?? 0;
    const lost = pool.query({ text: "select pg_sleep(0.5)" });
    await until(async () => {
      const sleeps = "select 1 from pg_stat_activity where query = 'select pg_sleep(0.5)'";
      return (await server.run(sleeps)).length > 0;
    }, "it runs");
    proxy.stall();
    await wait(600);
    proxy.restore(true);
    await assert.rejects(lost, { code: "UNAVAILABLE" });
    assert.ok((pool.stats[0]?.broken ?? 0) > broken);
    assert.match(log.lines.join("\n"), /A statement or its answer was lost/);
    assert.doesNotMatch(log.lines.join("\n"), /secret/);
  });
});
