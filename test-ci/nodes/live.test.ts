import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { TcpProxy } from "../postgres/tcp-proxy.ts";
import {
  freePort,
  notTested,
  startPostgres,
  type TemporaryPostgres,
} from "../postgres/temporary-postgres.ts";
import { until } from "../postgres/until.ts";
import { Member } from "./member.ts";
import { NatsProcess, natsNotTested } from "./nats-process.ts";
import { at, NodeProcess, startNodes } from "./node-process.ts";
import { Watching } from "./watching.ts";

describe("what many nodes have in common", { skip: notTested, concurrency: 2, timeout: 150_000 }, () => {
  let postgres: TemporaryPostgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.dispose());

  const talk = async (
    nodes: readonly NodeProcess[],
    meanwhile = async (): Promise<void> => {},
  ): Promise<void> => {
    for (const node of nodes) await node.busIs(true);
    const ada = await Member.join(at(nodes, 0));
    const grace = await Member.join(at(nodes, 1));
    await until(() => ada.present.size === 2 && grace.present.size === 2, "both know of both");
    // Longer than a notification of PostgreSQL may be.
    const long = "é😀".repeat(5_000);
    for (const text of ["1", long, "3"]) ada.say(text);
    await until(() => grace.texts.length === 3 && ada.texts.length === 3, "messages of another node");
    assert.deepEqual(grace.texts, ["1", long, "3"]);
    assert.deepEqual(ada.texts, ["1", long, "3"], "each of them once");
    await meanwhile();
    // One that is said while a connection breaks may be lost.
    await until(() => {
      if (!grace.texts.includes("again")) ada.say("again");
      return grace.texts.includes("again");
    }, "messages afterwards");
    await at(nodes, 1).kill();
    await until(() => ada.present.size === 1, "those of a dead node leave");
    ada.leave();
  };

  test("channels reach all nodes, by PostgreSQL", async (test) => {
    const database = await postgres.createDatabase();
    await talk(await startNodes(test, [{ database }, { database }]));
  });

  test("channels reach all nodes, by a cluster of NATS", { skip: natsNotTested }, async (test) => {
    const route = `nats://127.0.0.1:${await freePort()}`;
    const cluster = (own: string): readonly string[] => ["--cluster_name", "c", "--cluster", own];
    const first = await NatsProcess.start(cluster(route));
    test.after(() => first.stop());
    const second = await NatsProcess.start([
      ...cluster(`nats://127.0.0.1:${await freePort()}`),
      "--routes",
      route,
    ]);
    test.after(() => second.stop());
    const database = await postgres.createDatabase();
    const nodes = await startNodes(test, [
      { database, nats: first.url },
      // One that is not there is passed over.
      { database, nats: `nats://127.0.0.1:9,${second.url}` },
    ]);
    // Its node has learnt of the other server.
    await talk(nodes, () => first.stop());
  });

  test("nodes that start at once on an empty database make its tables and first rows once", async (test) => {
    const database = await postgres.createDatabase();
    const module = "examples/blog/start.ts";
    const nodes = [1, 2, 3].map(() => new NodeProcess({ database, module }));
    for (const node of nodes) test.after(() => node.stop());
    await Promise.all(nodes.map((node) => node.ready()));
    for (const node of nodes) {
      const { users } = (await node.ask("GET /users")).json as { users: unknown[] };
      assert.equal(users.length, 2);
    }
  });

  test("workers of a node are nodes", async (test) => {
    const database = await postgres.createDatabase();
    const nodes = await startNodes(test, [{ database, environment: { WORKERS: "2" } }, { database }]);
    await at(nodes, 1).busIs(true);
    const members = await Promise.all([0, 0, 0, 0, 0, 0, 1].map((index) => Member.join(at(nodes, index))));
    await until(() => members.every(({ present }) => present.size === 7), "all know of all");
    for (const [index, member] of members.entries()) member.say(String(index));
    await until(() => members.every(({ texts }) => texts.length >= 7), "all hear all");
    for (const { texts } of members) assert.deepEqual([...texts].sort(), ["0", "1", "2", "3", "4", "5", "6"]);
    for (const member of members) member.leave();
  });

  test("who watches goes on at another node when theirs is killed", async (test) => {
    const database = await postgres.createDatabase();
    const nodes = await startNodes(test, [{ database }, { database }]);
    const [here, there] = [at(nodes, 0), at(nodes, 1)];
    const watching = new Watching("/entries:watch?snapshot=false", () => (here.isDead ? there : here));
    test.after(() => watching.stop());
    await until(() => watching.isSynced, "the watch");
    await there.ask("POST /entries", { text: "before" });
    await until(() => watching.created.has("before"), "an event of another node");
    await here.kill();
    await there.ask("POST /entries", { text: "meanwhile" });
    await until(() => watching.created.has("meanwhile"), "what came while nobody watched");
    await there.ask("POST /entries", { text: "after" });
    await until(() => watching.created.has("after"), "what came afterwards");
    assert.deepEqual(
      [...watching.created],
      [
        ["before", 1],
        ["meanwhile", 1],
        ["after", 1],
      ],
    );
    assert.deepEqual(watching.failures, []);
  });

  test("while PostgreSQL is away, what may be stale is answered, and all else says when to come again", async (test) => {
    const proxy = await new TcpProxy(postgres.port).listen();
    test.after(() => proxy.close());
    const url = new URL(await postgres.createDatabase());
    url.port = String(proxy.port);
    const [node] = await startNodes(test, [{ database: url.href }]);
    assert.ok(node);
    const page = (await node.ask("POST /pages", { text: "kept" })).json as { id: string };
    const counter = (await node.ask("POST /counters", { value: 7 })).json as { id: string };
    const written = performance.now();
    // The next look at the log drops what was written just before, by whomever: what is asked for after it is kept.
    while (performance.now() < written + 250)
      for (const path of [`/pages/${page.id}`, "/pages", `/counters/${counter.id}`])
        assert.equal((await node.ask(`GET ${path}`)).status, 200);
    proxy.refuse();
    await until(async () => (await node.ask("GET /readyz")).status === 503, "it is not ready");
    const stale = await node.ask(`GET /pages/${page.id}`);
    assert.deepEqual([stale.status, stale.json], [200, page]);
    const list = await node.ask("GET /pages");
    assert.equal(list.status, 200);
    assert.deepEqual((list.json as { pages: unknown }).pages, [page]);
    for (const target of [`GET /counters/${counter.id}`, "GET /pages?pageSize=7", "POST /pages"]) {
      const answer = await node.ask(target, target.startsWith("POST") ? { text: "new" } : undefined);
      assert.equal(answer.status, 503, target);
      assert.ok(Number(answer.headers["retry-after"]) >= 1, target);
      assert.match(JSON.stringify(answer.json), /UNAVAILABLE/);
    }
    assert.match(String((await node.ask("GET /metrics")).json), /^fourfold_cache_stale_total 2$/m);
    proxy.restore();
    await until(async () => (await node.ask("GET /readyz")).status === 200, "it is ready again");
    await until(
      async () => (await node.ask(`PATCH /pages/${page.id}`, { text: "new" })).status === 200,
      "it writes",
    );
    assert.equal(((await node.ask(`GET /pages/${page.id}`)).json as { text: string }).text, "new");
  });

  test("a write of another program is seen, with nobody to tell of it", async (test) => {
    const database = await postgres.createDatabase();
    const [node] = await startNodes(test, [{ database }]);
    assert.ok(node);
    const { id } = (await node.ask("POST /pages", { text: "ours" })).json as { id: string };
    const read = async (): Promise<string> =>
      ((await node.ask(`GET /pages/${id}`)).json as { text: string }).text;
    assert.equal(await read(), "ours");
    await postgres.run(`update pages set text = 'theirs'`, database);
    const written = performance.now();
    while (performance.now() < written + 250) await read();
    assert.equal(await read(), "theirs");
  });

  test("what stands in the way of NATS is one line", { skip: natsNotTested }, async (test) => {
    const database = await postgres.createDatabase();
    for (const [nats, line] of [
      ["http://a", 'NATS_URL: "http://a" is not understood; use nats://HOST:4222 or tls://HOST:4222\n'],
      ["nats://u:secret@a b", 'NATS_URL: "a b" is not understood; use nats://HOST:4222 or tls://HOST:4222\n'],
    ] as const) {
      const node = new NodeProcess({ database, nats });
      test.after(() => node.stop());
      assert.equal(await node.program.exited, 1);
      assert.equal(node.program.stderr, line);
    }
  });
});
