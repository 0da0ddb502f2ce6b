import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");
const run = promisify(execFile);

/** What `scripts/start.js` needs of a checkout, with sources of its own; a program that prints what it got of fourfold. */
function checkout(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-start-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const part of ["src", "scripts", "package.json"])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  const packages = join(folder, "node_modules");
  mkdirSync(packages);
  for (const name of readdirSync(join(root, "node_modules")))
    if (name !== ".cache") symlinkSync(join(root, "node_modules", name), join(packages, name));
  writeFileSync(
    join(folder, "program.ts"),
    'import * as fourfold from "fourfold";\nimport { run } from "fourfold/cli";\nconsole.log(Object.keys(fourfold).join(), typeof run);\n',
  );
  return folder;
}

async function start(folder: string): Promise<string> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const args = ["--import", "./scripts/start.js", "program.ts"];
  return (await run(process.execPath, args, { cwd: folder, env })).stdout;
}

const bundles = (folder: string): readonly string[] =>
  readdirSync(join(folder, "node_modules/.cache/fourfold"));

test("a start has what the sources say: a changed, a new and a removed file are seen", async (context) => {
  const folder = checkout(context);
  const index = join(folder, "src/index.ts");
  const before = readFileSync(index, "utf8");
  const first = await start(folder);
  assert.match(first, /\bresource\b.* function\n$/);
  assert.equal(await start(folder), first);
  assert.equal(bundles(folder).length, 1, "what has not changed is not made again");
  writeFileSync(index, `${before}export { added } from "./added.ts";\n`);
  writeFileSync(join(folder, "src/added.ts"), "export const added = 1;\n");
  assert.match(await start(folder), /\badded\b/);
  rmSync(join(folder, "src/added.ts"));
  await assert.rejects(start(folder), /added\.ts/);
  writeFileSync(index, before);
  assert.equal(await start(folder), first);
});

test("starts at the same time make one bundle, and one that nobody has used for a day goes", async (context) => {
  const folder = checkout(context);
  const [first, ...others] = await Promise.all([start(folder), start(folder), start(folder)]);
  for (const other of others) assert.equal(other, first);
  const [made = "", ...rest] = bundles(folder);
  assert.deepEqual(rest, []);
  const old = new Date(Date.now() - 25 * 3_600_000);
  utimesSync(join(folder, "node_modules/.cache/fourfold", made), old, old);
  writeFileSync(join(folder, "src/added.ts"), "export const added = 1;\n");
  await start(folder);
  assert.equal(bundles(folder).length, 1);
  assert.equal(bundles(folder).includes(made), false);
});
