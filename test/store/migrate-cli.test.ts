import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { childEnvironment, temporaryFolder } from "./tables.ts";

const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const module = fileURLToPath(new URL("cli-api.ts", import.meta.url));

/** What a command printed to both outputs, and its exit code. */
interface Ran {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

type Migrate = (edition: 1 | 2, ...words: readonly string[]) => Promise<Ran>;

function inFolder(context: TestContext): { readonly folder: string; readonly migrate: Migrate } {
  const folder = temporaryFolder(context);
  const migrate: Migrate = (edition, command = "", ...flags) =>
    new Promise((resolve) => {
      const words = ["--conditions=fourfold-source", main, "migrate", command, module, ...flags];
      const env = { ...childEnvironment, EDITION: String(edition) };
      execFile(process.execPath, words, { cwd: folder, env }, (failed, out, error) => {
        resolve({ code: failed === null ? 0 : Number(failed.code), out, error });
      });
    });
  return { folder, migrate };
}

test("migrations from the command line: written, listed, applied and verified", async (context) => {
  const { folder, migrate } = inFolder(context);
  assert.deepEqual(await migrate(1, "plan"), { code: 0, out: "create table notes\n", error: "" });
  assert.equal((await migrate(1, "verify")).code, 1);
  assert.equal(existsSync(join(folder, "data")), false, "to look makes no database");
  const wrote = await migrate(1, "write", "--name", "Create notes");
  assert.deepEqual(wrote, { code: 0, out: "Wrote migrations/0001_create_notes.sql\n", error: "" });
  assert.match((await migrate(1, "status")).out, /^0001_create_notes\.sql: not applied\n$/);
  assert.equal((await migrate(1, "apply")).out, "Applied: 0001_create_notes.sql\n");
  assert.equal((await migrate(1, "apply")).out, "There is nothing to apply\n");
  assert.match((await migrate(1, "status")).out, /^0001_create_notes\.sql: \d{4}-\d\d-\d\dT/);
  assert.deepEqual(await migrate(1, "verify"), {
    code: 0,
    out: "The database is what the definition asks for\n",
    error: "",
  });
  const refused = await migrate(2, "write", "--name", "stars");
  assert.equal(refused.code, 1);
  assert.match(refused.error, /^this would lose [^\n]*notes\.draft[^\n]*--allow-loss\n$/);
  assert.equal((await migrate(2, "write", "--name", "stars", "--allow-loss")).code, 0);
  assert.deepEqual(readdirSync(join(folder, "migrations")), [
    "0001_create_notes.sql",
    "0002_stars.sql",
    "snapshot.json",
  ]);
  assert.equal(
    (await migrate(2, "verify")).out,
    "notes.stars is missing\nnotes.draft is not in the definition\n",
  );
  assert.equal((await migrate(2, "apply")).out, "Applied: 0002_stars.sql\n");
  assert.equal((await migrate(2, "verify")).code, 0);
});

test("without files, apply does what plan tells, and loses nothing by itself", async (context) => {
  const { folder, migrate } = inFolder(context);
  const database = ["--database", `sqlite:${join(folder, "other.sqlite")}`];
  assert.equal((await migrate(1, "apply", ...database)).out, "Applied: create table notes\n");
  assert.match((await migrate(2, "plan", ...database)).out, /loses .*notes\.draft/);
  assert.equal(
    (await migrate(2, "status", ...database)).out,
    "There are no files in migrations; 1 step is to be done, which plan tells and apply does\n",
  );
  const refused = await migrate(2, "apply", ...database);
  assert.deepEqual([refused.code, refused.out], [1, ""]);
  assert.match(refused.error, /^The database cannot be brought up to date: this would lose [^\n]*\n$/);
  assert.equal((await migrate(2, "apply", "--allow-loss", ...database)).code, 0);
  assert.equal((await migrate(2, "verify", ...database)).code, 0);
  const open = new DatabaseSync(join(folder, "other.sqlite"));
  open.exec("drop index if exists x; alter table notes add column extra text");
  open.close();
  assert.equal((await migrate(2, "verify", ...database)).out, "notes.extra is not in the definition\n");
});

test("a wrong command line is one line and exit code 2, an unusable database one line and exit code 1", async (context) => {
  const { migrate } = inFolder(context);
  const wrong = await migrate(1, "plan", "--nonsense");
  assert.deepEqual([wrong.code, wrong.error.split("\n").length], [2, 2]);
  const database = await migrate(1, "plan", "--database", "mysql:x");
  assert.deepEqual([database.code, database.error.split("\n").length], [1, 2]);
});
