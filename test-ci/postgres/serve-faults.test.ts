import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { api, resource, t } from "../../src/index.ts";
import { type Server, serve } from "../../src/server/index.ts";
import { TcpProxy } from "./tcp-proxy.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

const User = resource("User", {
  fields: { id: t.id(), name: t.string() },
  methods: ["list", "get", "create"],
});
const users = api("people", { resources: [User] });

describe("an API whose way to PostgreSQL is cut or stalled", { skip: notTested }, () => {
  let database: TemporaryPostgres;
  let proxy: TcpProxy;
  let server: Server;
  let origin = "";

  before(async () => {
    database = await startPostgres();
    proxy = await new TcpProxy(database.port).listen();
    const url = (await database.createDatabase()).replace(`:${database.port}`, `:${proxy.port}`);
    server = await serve(users, {
      listen: ["127.0.0.1:0"],
      logLevel: "silent",
      database: `${url}?pool_max=4&acquire_timeout=500ms`,
    });
    origin = server.origins[0] ?? "";
  });
  after(async () => {
    await server?.close("now");
    await proxy?.close();
    await database?.dispose();
  });

  const isReady = async (): Promise<boolean> => (await fetch(`${origin}/readyz`)).status === 200;

  /** Writes by HTTP, each under an idempotency key that is repeated until it is answered. */
  const survives = async (name: string, begin: () => void, end: () => void): Promise<void> => {
    const acknowledged = new Map<string, string>();
    let isOver = false;
    let failures = 0;
    let next = 0;
    const create = async (key: string): Promise<string | null> => {
      const answer = await fetch(`${origin}/users`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key, "request-timeout": "1" },
        body: JSON.stringify({ name: key }),
      });
      if (answer.status === 201) return ((await answer.json()) as { readonly id: string }).id;
      assert.ok([409, 503, 504].includes(answer.status), `${answer.status} ${await answer.text()}`);
      failures++;
      await wait(50);
      return null;
    };
    const writer = async (): Promise<void> => {
      while (!isOver) {
        const key = `${name}-${next++}`;
        let id = await create(key);
        while (id === null) id = await create(key);
        acknowledged.set(key, id);
      }
    };
    const writers = Promise.all(Array.from({ length: 8 }, writer));
    try {
      await until(() => acknowledged.size > 30, "writes before the fault");
      begin();
      await until(async () => !(await isReady()), "it is not ready");
      await wait(1_000);
      end();
      const ended = performance.now();
      const before = acknowledged.size;
      await until(async () => (await isReady()) && acknowledged.size > before + 20, "service is back");
      const took = performance.now() - ended;
      assert.ok(took < 5_000, `service was back after ${Math.round(took)} ms`);
    } finally {
      isOver = true;
      end();
      await writers;
    }
    const rows = await database.run(
      `select id, name from users where name like '${name}-%'`,
      database.url("test_1"),
    );
    const there = new Map(rows.map((row) => [String(row["name"]), String(row["id"])]));
    assert.equal(there.size, rows.length, "no call was carried out twice");
    for (const [key, id] of acknowledged) assert.equal(there.get(key), id, `${key} is lost`);
    assert.ok(failures > 0);
  };

  test("cut: no acknowledged write is lost, none is carried out twice, and service is back within 5 s", () =>
    survives(
      "cut",
      () => proxy.refuse(),
      () => proxy.restore(),
    ));

  test("stalled, and then only new connections pass: the same", () =>
    survives(
      "stalled",
      () => proxy.stall(),
      () => proxy.restore(true),
    ));
});
