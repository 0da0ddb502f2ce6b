import { after } from "node:test";
import { openPostgresStore } from "../../src/store/postgres/open.ts";
import { type OpenedStore, type OpenStore, tested } from "../../test/store/tables.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";

/** A server for a test file, gone after it. */
export async function serverForTests(
  settings?: Parameters<typeof startPostgres>[0],
): Promise<TemporaryPostgres> {
  const server = await startPostgres(settings);
  after(() => server.dispose());
  return server;
}

/** Has the tests of every store run on PostgreSQL, each on a database of its own. */
export async function testOnPostgres(): Promise<TemporaryPostgres> {
  // What is tested is what comes back, and not what a crash leaves: a commit need not wait for the disk.
  const server = await serverForTests({ synchronous_commit: "off" });
  const open: OpenStore = async (context, tables, { transactionTimeout } = {}): Promise<OpenedStore> => {
    const url = await server.createDatabase();
    const store = await openPostgresStore({
      url,
      tables,
      migrate: "auto",
      log: silent,
      ...(transactionTimeout === undefined ? {} : { transactionTimeout }),
    });
    context.after(() => store.close());
    return store;
  };
  tested.name = "postgres";
  tested.open = open;
  return server;
}

export const silent = { info: (): void => {}, warn: (): void => {} };

export { notTested };
