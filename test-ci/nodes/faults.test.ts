import { after, before, describe, type TestContext, test } from "node:test";
import { TcpProxy } from "../postgres/tcp-proxy.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "../postgres/temporary-postgres.ts";
import { Load } from "./load.ts";
import { NatsProcess, natsNotTested } from "./nats-process.ts";
import { at, type NodeProcess, pause, startNodes } from "./node-process.ts";

// Each fault under load, and then the history: no acknowledged write is lost, none is carried out twice though it was repeated, no read is
// stale for longer than 250 ms, no event is lost; and there is service again within 5 s of the fault's end.

const backMs = 5_000;

describe("two nodes, faults under load", { skip: notTested, concurrency: 2, timeout: 150_000 }, () => {
  let postgres: TemporaryPostgres;
  /** Ends and starts during a test of its own. */
  let fragile: TemporaryPostgres;
  let nats: NatsProcess | null = null;
  before(async () => {
    [postgres, fragile] = await Promise.all([startPostgres(), startPostgres()]);
    if (natsNotTested === false) nats = await NatsProcess.start();
  });
  after(async () => {
    await Promise.all([postgres?.dispose(), fragile?.dispose(), nats?.stop()]);
  });

  const throughProxy = async (
    test: TestContext,
  ): Promise<{ nodes: readonly NodeProcess[]; proxy: TcpProxy }> => {
    const database = await postgres.createDatabase();
    const proxy = await proxyTo(test, postgres.port);
    const nodes = await startNodes(test, [{ database }, { database: through(database, proxy) }]);
    return { nodes, proxy };
  };

  test("a node is killed", async (test) => {
    const database = await postgres.createDatabase();
    const nodes = await startNodes(test, [{ database }, { database }, { database }]);
    const load = await new Load(test, nodes).begin();
    await load.more(60);
    await at(nodes, 0).kill();
    await load.recovers(backMs);
    await load.end();
    test.diagnostic(load.summary);
  });

  test("PostgreSQL is killed and started again", async (test) => {
    const database = await fragile.createDatabase();
    const nodes = await startNodes(test, [{ database }, { database }]);
    const load = await new Load(test, nodes).begin();
    await load.more(60);
    await fragile.stop("immediate");
    await pause(1_500);
    await fragile.start();
    await load.recovers(backMs);
    await load.end();
    test.diagnostic(load.summary);
  });

  test("connections to PostgreSQL are cut, again and again", async (test) => {
    const { nodes, proxy } = await throughProxy(test);
    const load = await new Load(test, nodes).begin();
    for (let cut = 0; cut < 5; cut++) {
      await load.more(20);
      proxy.cut();
    }
    await load.recovers(backMs);
    proxy.refuse();
    await pause(1_500);
    proxy.restore();
    await load.recovers(backMs);
    await load.end();
    test.diagnostic(load.summary);
  });

  test("nothing passes between a node and PostgreSQL", async (test) => {
    const { nodes, proxy } = await throughProxy(test);
    const load = await new Load(test, nodes).begin();
    await load.more(60);
    proxy.stall();
    await pause(2_000);
    // What was on the way is lost, as when packets were dropped for longer than they are repeated.
    proxy.restore(true);
    await load.recovers(backMs);
    await load.end();
    test.diagnostic(load.summary);
  });

  test("connections to NATS are cut and stalled", { skip: natsNotTested }, async (test) => {
    const database = await postgres.createDatabase();
    const proxy = await proxyTo(test, nats?.port ?? 0);
    const nodes = await startNodes(test, [
      { database, nats: nats?.url ?? "" },
      { database, nats: `nats://127.0.0.1:${proxy.port}` },
    ]);
    for (const node of nodes) await node.busIs(true);
    const load = await new Load(test, nodes).begin();
    await load.more(40);
    proxy.cut();
    await load.more(40);
    proxy.stall();
    await at(nodes, 1).busIs(false);
    await load.more(40);
    proxy.restore(true);
    await load.recovers(backMs);
    await at(nodes, 1).busIs(true);
    await load.end();
    test.diagnostic(load.summary);
  });
});

async function proxyTo(test: TestContext, port: number): Promise<TcpProxy> {
  const proxy = await new TcpProxy(port).listen();
  test.after(() => proxy.close());
  return proxy;
}

/** The same database, by another way. */
function through(database: string, proxy: TcpProxy): string {
  const url = new URL(database);
  url.port = String(proxy.port);
  return url.href;
}
