import { after, before, describe, test } from "node:test";
import { notTested, startPostgres, type TemporaryPostgres } from "../postgres/temporary-postgres.ts";
import { Load } from "./load.ts";
import { NatsProcess, natsNotTested } from "./nats-process.ts";
import { startNodes } from "./node-process.ts";

// Two nodes and a load of writes: no read is stale for longer than 250 ms, and no event is lost.

describe("two nodes under load", { skip: notTested }, () => {
  let postgres: TemporaryPostgres;
  before(async () => {
    postgres = await startPostgres();
  });
  after(() => postgres?.dispose());

  test("that tell each other by PostgreSQL", async (test) => {
    const database = await postgres.createDatabase();
    const nodes = await startNodes(test, [{ database }, { database }]);
    for (const node of nodes) await node.busIs(true);
    const load = await new Load(test, nodes).begin();
    await load.more(120);
    load.moveWatchers();
    await load.more(120);
    await load.end();
    test.diagnostic(load.summary);
  });

  test("that tell each other by NATS", { skip: natsNotTested }, async (test) => {
    const server = await NatsProcess.start();
    test.after(() => server.stop());
    const database = await postgres.createDatabase();
    const nodes = await startNodes(test, [
      { database, nats: server.url },
      { database, nats: server.url },
    ]);
    for (const node of nodes) await node.busIs(true);
    const load = await new Load(test, nodes).begin();
    await load.more(120);
    // The bus goes away: all goes on, a little later.
    await server.stop();
    await load.more(120);
    await server.start();
    for (const node of nodes) await node.busIs(true);
    await load.more(80);
    await load.end();
    test.diagnostic(load.summary);
  });

  test("that have no way to tell each other anything, and clocks that are an hour apart", async (test) => {
    const database = await postgres.createDatabase();
    const [first] = await startNodes(test, [{ database }]);
    await first?.kill();
    // Behind a PgBouncer, as far as the nodes know: there are no notifications.
    const alone = { database: `${database}?pgbouncer=true`, environment: { MIGRATE: "never" } };
    const nodes = await startNodes(test, [
      { ...alone, clockShift: -1_800_000 },
      { ...alone, clockShift: 1_800_000 },
    ]);
    for (const node of nodes) await node.busIs(false);
    const load = await new Load(test, nodes).begin();
    await load.more(120);
    load.moveWatchers();
    await load.more(80);
    await load.end();
    test.diagnostic(load.summary);
  });
});
