import assert from "node:assert/strict";
import { type ChildProcess, execFile } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Client } from "pg";
import { childEnvironment } from "../../test/store/tables.ts";
import { without } from "../wire/workspace.ts";
import { startPgbouncer } from "./pgbouncer-process.ts";
import { notTested, startPostgres, type TemporaryPostgres } from "./temporary-postgres.ts";
import { until } from "./until.ts";

// `fourfold migrate` as a process: killed in the middle, and on a database that a PgBouncer stands in front of.

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const killed = fileURLToPath(new URL("killed-api.ts", import.meta.url));

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** A run of the program; `child` may be killed. */
interface Run {
  readonly child: ChildProcess;
  readonly ran: Promise<Ran>;
}

function migrate(command: string, environment: Readonly<Record<string, string>>, edition = "2"): Run {
  const { promise, resolve } = Promise.withResolvers<Ran>();
  const words = ["--conditions=fourfold-source", main, "migrate", command, killed];
  const env = { ...childEnvironment, EDITION: edition, ...environment };
  const child = execFile(process.execPath, words, { env }, (_, out, error) =>
    resolve({ code: child.exitCode, out, error }),
  );
  return { child, ran: promise };
}

describe("PostgreSQL: migrate as a process", { skip: notTested }, () => {
  let server: TemporaryPostgres;
  before(async () => {
    server = await startPostgres();
  });
  after(() => server?.dispose());

  const made = async (): Promise<string> => {
    const url = await server.createDatabase();
    assert.equal((await migrate("apply", { DATABASE_URL: url }, "1").ran).code, 0);
    for (const table of ["firsts", "seconds"])
      await server.run(
        `insert into ${table} (id, title) select gen_random_uuid(), g from generate_series(1, 100) g`,
        url,
      );
    return url;
  };

  test("killed by SIGKILL in the middle of `apply`, it leaves no lock, and goes on from there", async () => {
    const url = await made();
    const one = async (sql: string): Promise<unknown> =>
      Object.values((await server.run(sql, url))[0] ?? {})[0];
    const columns = (table: string): Promise<unknown> =>
      one(
        `select count(*)::int from information_schema.columns where table_name = '${table}' and column_name = 'stars'`,
      );
    const locks = (): Promise<unknown> =>
      one(
        "select count(*)::int from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      );
    // Whoever reads a table keeps it from being changed: the migration stands at its second half.
    const reader = new Client({ connectionString: url });
    await reader.connect();
    await reader.query("begin");
    await reader.query("select 1 from seconds limit 1");
    const { child, ran } = migrate("apply", { DATABASE_URL: url });
    const waits = "select count(*)::int from pg_locks where not granted and relation = 'seconds'::regclass";
    await until(
      async () => (await columns("firsts")) === 1 && (await one(waits)) === 1,
      "it is in the middle",
    );
    assert.equal(await locks(), 1);
    child.kill("SIGKILL");
    await ran;
    assert.equal(child.signalCode, "SIGKILL");
    await until(async () => (await locks()) === 0, "the advisory lock is free");
    assert.deepEqual([await columns("firsts"), await columns("seconds")], [1, 0]);
    await reader.query("rollback");
    await reader.end();
    const again = await migrate("apply", { DATABASE_URL: url }).ran;
    assert.deepEqual([again.code, again.error], [0, ""]);
    assert.match(again.out, /seconds\.stars/);
    assert.doesNotMatch(again.out, /add column firsts\.stars/, "what was done is not done again");
    assert.deepEqual(
      await Promise.all(["verify", "apply"].map((command) => migrate(command, { DATABASE_URL: url }).ran)),
      [
        { code: 0, out: "The database is what the definition asks for\n", error: "" },
        { code: 0, out: "There is nothing to apply\n", error: "" },
      ],
    );
    for (const table of ["firsts", "seconds"])
      assert.equal(await one(`select count(*)::int from ${table} where stars = 3`), 100);
    assert.equal(await locks(), 0);
  });

  test("behind a PgBouncer it needs the server's own URL, and says so", {
    skip: without("pgbouncer"),
  }, async (context) => {
    const url = await made();
    const bouncer = await startPgbouncer(server);
    context.after(() => bouncer.stop());
    const through = `${bouncer.through(url)}?pgbouncer=true`;
    const [plan, refused, undeclared, direct] = await Promise.all([
      migrate("plan", { DATABASE_URL: through }).ran,
      migrate("apply", { DATABASE_URL: through }).ran,
      migrate("apply", { DATABASE_URL: bouncer.through(url) }).ran,
      migrate("plan", { DATABASE_URL: through, DATABASE_DIRECT_URL: "postgres://x:secret@127.0.0.1:1/none" })
        .ran,
    ]);
    assert.equal(plan.code, 0, "who only looks needs no session");
    assert.match(plan.out, /^add column firsts\.stars$/m);
    assert.deepEqual(refused, {
      code: 1,
      out: "",
      error:
        "Behind a PgBouncer there is no session to migrate in: name the server itself in DATABASE_DIRECT_URL\n",
    });
    assert.equal(undeclared.code, 1);
    assert.match(
      undeclared.error,
      /^DATABASE_URL: A PgBouncer answers at 127\.0\.0\.1:\d+: add pgbouncer=true to the URL\n$/,
    );
    assert.equal(direct.code, 1);
    assert.match(
      direct.error,
      /^DATABASE_DIRECT_URL: PostgreSQL at 127\.0\.0\.1:1 cannot be reached: [^\n]*\n$/,
    );
    const both = { DATABASE_URL: through, DATABASE_DIRECT_URL: url };
    const applied = await migrate("apply", both).ran;
    assert.deepEqual([applied.code, applied.error], [0, ""]);
    assert.equal((await migrate("verify", both).ran).code, 0);
    // Nobody else has to do with what a migration sets for itself.
    const [left] = await server.run(
      "select count(*)::int as n from pg_locks where locktype = 'advisory'",
      url,
    );
    assert.deepEqual(left, { n: 0 });
    const settings =
      "select current_setting('statement_timeout') as timeout, current_setting('client_connection_check_interval') as checks";
    assert.deepEqual(
      { ...(await server.run(settings, bouncer.through(url)))[0] },
      { timeout: "0", checks: "0" },
    );
  });
});
