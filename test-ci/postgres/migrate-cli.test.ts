import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { childEnvironment } from "../../test/store/tables.ts";
import { notTested, startPostgres } from "./temporary-postgres.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const module = fileURLToPath(new URL("../../test/store/cli-api.ts", import.meta.url));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

test("PostgreSQL: migrations from the command line, by files and by two at once", {
  skip: notTested,
}, async (context) => {
  const server = await startPostgres();
  const folder = mkdtempSync(join(tmpdir(), "fourfold-migrate-"));
  context.after(async () => {
    await server.dispose();
    rmSync(folder, { recursive: true });
  });
  const url = await server.createDatabase();
  const migrate = (edition: 1 | 2, command: string, ...flags: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const words = ["--conditions=fourfold-source", main, "migrate", command, module, ...flags];
      const env = { ...childEnvironment, EDITION: String(edition), DATABASE_URL: url };
      execFile(process.execPath, words, { cwd: folder, env }, (failed, out, error) => {
        resolve({ code: failed === null ? 0 : Number(failed.code), out, error });
      });
    });
  assert.deepEqual(await migrate(1, "plan"), { code: 0, out: "create table notes\n", error: "" });
  assert.deepEqual(await migrate(1, "write", "--name", "first"), {
    code: 0,
    out: "Wrote migrations/0001_first.sql\n",
    error: "",
  });
  assert.match(
    readFileSync(join(folder, "migrations/0001_first.sql"), "utf8"),
    /^-- fourfold: postgres\n\n-- step: create table notes\ncreate table/,
  );
  const both = await Promise.all([migrate(1, "apply"), migrate(1, "apply")]);
  assert.deepEqual(
    both.map(({ code, error }) => [code, error]),
    [
      [0, ""],
      [0, ""],
    ],
  );
  assert.deepEqual(both.map(({ out }) => out).sort(), [
    "Applied: 0001_first.sql\n",
    "There is nothing to apply\n",
  ]);
  assert.equal((await migrate(1, "verify")).out, "The database is what the definition asks for\n");
  const refused = await migrate(2, "write");
  assert.deepEqual([refused.code, refused.out], [1, ""]);
  assert.match(refused.error, /^this would lose every value of notes\.draft[^\n]*--allow-loss\n$/);
  assert.equal((await migrate(2, "write", "--name", "second", "--allow-loss")).code, 0);
  const second = readFileSync(join(folder, "migrations/0002_second.sql"), "utf8");
  assert.match(
    second,
    /-- step: drop column notes\.draft\n-- LOSES every value of notes\.draft\n-- BREAKS running nodes: they read and write notes\.draft\n-- holds up/,
  );
  assert.match(
    (await migrate(2, "status")).out,
    /^0001_first\.sql: \d{4}-[^\n]*Z\n0002_second\.sql: not applied\n$/,
  );
  assert.deepEqual(await migrate(2, "verify"), {
    code: 1,
    out: "notes.stars is missing\nnotes.draft is not in the definition\n",
    error: "",
  });
  assert.equal((await migrate(2, "apply")).out, "Applied: 0002_second.sql\n");
  assert.equal((await migrate(2, "verify")).code, 0);
  // A file of SQLite's is not for this database, and the other way round.
  assert.equal(
    (await migrate(2, "write", "--database", "sqlite:none.sqlite", "--name", "lite")).out,
    "Wrote migrations/0003_lite.sql\n",
  );
  assert.equal((await migrate(2, "apply")).out, "There is nothing to apply\n");
  assert.deepEqual(readdirSync(join(folder, "migrations")), [
    "0001_first.sql",
    "0002_second.sql",
    "0003_lite.sql",
    "snapshot.json",
    "snapshot.postgres.json",
  ]);
  const away = await migrate(2, "plan", "--database", "postgres://x:secret@127.0.0.1:1/none");
  assert.equal(away.code, 1);
  assert.match(away.error, /^DATABASE_URL: PostgreSQL at 127\.0\.0\.1:1 cannot be reached[^\n]*\n$/);
  assert.doesNotMatch(away.error, /secret/);
  const direct = await migrate(
    2,
    "verify",
    "--database",
    "postgres://x@127.0.0.1:1/none",
    "--database-direct",
    url,
  );
  assert.equal(direct.code, 0);
  assert.equal((await migrate(2, "apply", "--lock-timeout", "soon")).code, 2);
});
