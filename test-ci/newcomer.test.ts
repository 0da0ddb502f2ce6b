import assert from "node:assert/strict";
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

// What somebody gets who clones the repository and does what the README says.

const run = promisify(execFile);
const root = join(import.meta.dirname, "..");
const clone = mkdtempSync(join(tmpdir(), "fourfold-newcomer-"));
let server: ChildProcess | null = null;
let greeting = "";

before(async () => {
  assert.match(readFileSync(join(root, "README.md"), "utf8"), /^ {4}npm ci && npm start$/m);
  await run("git", ["clone", "--quiet", root, clone]);
  await run("npm", ["ci", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: clone });
  // Other ports than the usual ones, which may be in use.
  const env = { ...process.env, LISTEN: "127.0.0.1:0,127.0.0.1:0" };
  server = spawn("npm", ["start"], { cwd: clone, env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
  greeting = await greetingOf(server);
});
after(async () => {
  // npm and what it started are one group.
  if (server?.pid !== undefined && server.exitCode === null) {
    const exit = once(server, "exit");
    process.kill(-server.pid, "SIGTERM");
    await exit;
  }
  rmSync(clone, { recursive: true, force: true });
});

test("npm start says where the documentation is, and it is there", async () => {
  const docs = /Documentation: +(http:\S+)/.exec(greeting)?.[1] ?? "";
  const answer = await fetch(docs);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get("content-type") ?? "", /^text\/html/);
});

test("npm start says where the page is, and it is there with all that it loads", async () => {
  const page = /^Page: +(http:\S+)/m.exec(greeting)?.[1] ?? "";
  const answer = await fetch(page);
  assert.match(await answer.text(), /<title>Blog<\/title>/);
  const policy = answer.headers.get("content-security-policy") ?? "";
  assert.ok(policy.startsWith("default-src 'none'") && !policy.includes("unsafe"));
  for (const [path, type] of [
    ["main.ts", "text/javascript"],
    ["style.css", "text/css"],
    ["fourfold/client.js", "text/javascript"],
  ]) {
    const loaded = await fetch(page + path);
    assert.deepEqual([loaded.status, loaded.headers.get("content-type")], [200, `${type}; charset=utf-8`]);
  }
});

test("the curl lines that npm start prints work when pasted", {
  skip: hasCurl() ? false : "curl is not installed",
}, async () => {
  const lines = greeting.split("\n").filter((line) => /^ +curl /.test(line));
  assert.ok(lines.length >= 3, greeting);
  for (const line of lines) {
    const pasted = line.trim().replace(/^curl/, "curl --silent --show-error --fail-with-body --max-time 10");
    const { stdout } = await run("bash", ["-c", pasted]);
    assert.match(stdout, /\{.*\}/s, line);
  }
});

test("an application of one's own begins as README says", async () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const lines = (
    /^ {4}npm run build && npm pack[\s\S]*?^ {4}npx fourfold check.*$/m.exec(readme)?.[0] ?? ""
  ).split("\n");
  assert.ok(lines.length > 5, readme);
  const own = `${clone}-people`;
  const commands = lines.map((line) =>
    line.replaceAll("../people", own).replaceAll("../fourfold/", `${clone}/`),
  );
  const example = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "";
  try {
    commands.splice(-1, 0, `cp ${clone}/example.ts app.ts`);
    writeFileSync(join(clone, "example.ts"), example);
    const { stdout } = await run("bash", ["-e", "-c", commands.join("\n")], { cwd: clone });
    assert.match(stdout, /"people" is in order/);
  } finally {
    rmSync(join(clone, "example.ts"), { force: true });
    rmSync(own, { recursive: true, force: true });
  }
});

test("the working tree stays clean: what is written while serving is ignored", async () => {
  const { stdout } = await run("git", ["status", "--porcelain"], { cwd: clone });
  assert.equal(stdout, "");
});

function hasCurl(): boolean {
  try {
    execFileSync("curl", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** What is printed until the server is there: all of it comes at once, in the end. */
async function greetingOf(started: ChildProcess): Promise<string> {
  let told = "";
  for await (const chunk of started.stderr ?? []) {
    told += String(chunk);
    if (/^Documentation:[\s\S]*\n\n$/m.test(told)) return told;
  }
  throw new Error(`npm start ended: ${told}`);
}
