import assert from "node:assert/strict";
import { once } from "node:events";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { folder, runToEnd, startBlog, start as startProgram } from "../examples/program.ts";

const start = "examples/blog/start.ts";
const memory = { DATABASE_URL: "sqlite::memory:", LISTEN: "127.0.0.1:0" };

/** One line, no stack. */
function assertOneLine(stderr: string, about: RegExp): void {
  assert.match(stderr, about);
  assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
  assert.doesNotMatch(stderr, /\n\s+at /);
}

/** At once: a start takes half a second, and mostly waits. */
async function all<T>(cases: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  await Promise.all(cases.map(run));
}

test("a port in use: one line, exit code 1", async (test) => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  test.after(() => holder.close());
  const { port } = holder.address() as { port: number };
  const { code, stderr } = await runToEnd([start], { ...memory, LISTEN: `127.0.0.1:0,127.0.0.1:${port}` });
  assert.equal(code, 1);
  assertOneLine(stderr, new RegExp(`${port}.*something else listens`));
});

test("a database file that is none: one line, exit code 1, and it is left as it was", async (test) => {
  const path = join(await folder(test), "corrupt.sqlite");
  const garbage = "this is not a database, whatever its name says. ".repeat(100);
  await writeFile(path, garbage);
  const { code, stderr } = await runToEnd([start], { ...memory, DATABASE_URL: `sqlite:${path}` });
  assert.equal(code, 1);
  assertOneLine(stderr, /corrupt\.sqlite/);
  assert.equal(await readFile(path, "utf8"), garbage);
});

test("a database that cannot be opened: one line, exit code 1", async (test) => {
  const directory = await folder(test);
  const cases: Record<string, string> = {
    "a folder": directory,
    "in a folder that is not there": join(directory, "no/such/folder/a.sqlite"),
    "in a file": join(directory, "file", "a.sqlite"),
  };
  await writeFile(join(directory, "file"), "x");
  if (process.getuid?.() !== 0) {
    const locked = join(directory, "locked");
    await mkdir(locked);
    await chmod(locked, 0o500);
    cases["in a folder that may not be written"] = join(locked, "a.sqlite");
  }
  await all(Object.entries(cases), async ([what, path]) => {
    const { code, stderr } = await runToEnd([start], { ...memory, DATABASE_URL: `sqlite:${path}` });
    assert.equal(code, 1, what);
    assertOneLine(stderr, /\S/);
  });
});

test("a DATABASE_URL that is not understood: one line, exit code 1, and no password", async () => {
  const postgres = ["postgres://u:hunter2@h/d?sslmod=require", "postgres://u:hunter2@h:port/d"];
  await all(["mysql://root:hunter2@db/x", ...postgres, "sqlite:", "x", ""], async (url) => {
    const { code, stderr } = await runToEnd([start], { ...memory, DATABASE_URL: url });
    assert.equal(code, 1, url);
    assertOneLine(stderr, /DATABASE_URL/);
    assert.doesNotMatch(stderr, /hunter2/);
  });
});

test("a PostgreSQL that nobody answers for: one line, exit code 1, and no password", async () => {
  const url = "postgres://u:hunter2@127.0.0.1:1/d";
  const { code, stderr } = await runToEnd([start], { ...memory, DATABASE_URL: url });
  assert.equal(code, 1);
  assertOneLine(stderr, /PostgreSQL at 127\.0\.0\.1:1/);
  assert.doesNotMatch(stderr, /hunter2/);
});

test("a wrong command line: one line, exit code 2", async () => {
  const lines = [
    ["--lisen", ":1"],
    ["surplus"],
    ["--migrate", "sometimes"],
    ["--drain-timeout", "soon"],
    ["--listen"],
  ];
  await all(lines, async (args) => {
    const { code, stderr } = await runToEnd([start, ...args], memory);
    assert.equal(code, 2, args.join(" "));
    assertOneLine(stderr, /--help/);
  });
});

test("an address or level that is none: one line", async () => {
  await all(["nonsense", "localhost:99999", "1.2.3.4:", "127.0.0.1:0,,", ":-1"], async (listen) => {
    const { code, stderr } = await runToEnd([start], { ...memory, LISTEN: listen });
    assert.equal(code, 1, listen);
    assertOneLine(stderr, /no address to listen at/);
  });
  const unknown = await runToEnd([start], { ...memory, LISTEN: "no-such-host.invalid:0" });
  assert.equal(unknown.code, 1);
  assertOneLine(unknown.stderr, /no-such-host/);
  const level = await runToEnd([start], { ...memory, LOG_LEVEL: "loud" });
  assert.equal(level.code, 1);
  assertOneLine(level.stderr, /LOG_LEVEL is "loud": write one of debug, info, warn, error, silent/);
});

test("--help lists every option and its environment variable, and ends with 0", async () => {
  const { code, stdout, stderr } = await runToEnd([start, "--help"], memory);
  assert.equal(code, 0);
  assert.equal(stderr, "");
  const options = {
    "--listen": "LISTEN",
    "--database": "DATABASE_URL",
    "--migrate": "MIGRATE",
    "--log-level": "LOG_LEVEL",
    "--cors": "CORS_ORIGINS",
    "--drain-timeout": "DRAIN_TIMEOUT",
    "--help": "",
  };
  for (const [option, variable] of Object.entries(options)) {
    assert.ok(stdout.includes(option), option);
    assert.ok(stdout.includes(variable), variable);
  }
});

test("the command line goes before the environment; --listen may be repeated", async (test) => {
  const program = await startBlog(
    test,
    { ...memory, LISTEN: "127.0.0.1:1", LOG_LEVEL: "info", DATABASE_URL: "sqlite:/no/where/x" },
    [
      "--listen",
      "127.0.0.1:0",
      "--listen",
      "127.0.0.1:0",
      "--log-level",
      "silent",
      "--database",
      "sqlite::memory:",
    ],
  );
  assert.equal(program.origins.length, 2);
  for (const origin of program.origins) assert.equal((await fetch(`${origin}/livez`)).status, 200);
  program.kill("SIGTERM");
  assert.equal(await program.exited, 0);
  assert.equal(program.stdout, "");
});

test("rows stay over a restart, and the seed is sown once", async (test) => {
  const env = { DATABASE_URL: `sqlite:${join(await folder(test), "kept.sqlite")}` };
  const first = await startBlog(test, env);
  const post = { method: "POST", headers: { "content-type": "application/json", "idempotency-key": "k" } };
  const body = JSON.stringify({ name: "Kept", email: "kept@example.com" });
  const created = await fetch(`${first.origins[0]}/users`, { ...post, body });
  const row = await created.text();
  first.kill("SIGTERM");
  assert.equal(await first.exited, 0);
  const second = await startBlog(test, env);
  const { users } = (await (await fetch(`${second.origins[0]}/users`)).json()) as { users: { id: string }[] };
  assert.equal(users.length, 3);
  const replayed = await fetch(`${second.origins[0]}/users`, { ...post, body });
  assert.equal(await replayed.text(), row, "an idempotency key is known after a restart");
  assert.equal(replayed.status, 201);
  assert.equal(replayed.headers.get("etag"), created.headers.get("etag"));
});

test("fourfold serve runs a module that is a program itself once, and as that says", async (context) => {
  const program = startProgram(context, "src/cli/main.ts", memory, ["serve", start]);
  await program.until(() => program.stderr.endsWith("\n\n"));
  assert.match(program.stderr, /\nUsers: /, "with the program's own greeting");
  assert.equal(program.stderr.split("is served at").length, 2);
  const { status } = await fetch(`${program.origins[0]}/users`);
  assert.equal(status, 200);
});

test("fourfold check, contract and serve", async () => {
  const main = "src/cli/main.ts";
  const check = await runToEnd([main, "check", "examples/blog/api.ts"]);
  assert.equal(check.code, 0);
  assert.match(check.stdout, /"blog" is in order: \d+ operations, versions 1, 2/);
  const broken = await runToEnd([main, "check", "test/cli/broken.ts"]);
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /has \d mistakes?:\n/);
  assert.match(broken.stderr, /Thing\.size/);
  assert.doesNotMatch(broken.stderr, /\n\s+at /);
  const [openApi, asyncApi] = await Promise.all(
    ["openapi", "asyncapi"].map((form) =>
      runToEnd([main, "contract", form, "examples/blog/api.ts", "--api-version", "2"]),
    ),
  );
  assert.deepEqual([openApi?.code, asyncApi?.code], [0, 0]);
  assert.ok(JSON.parse(openApi?.stdout ?? "").paths["/users"]);
  assert.equal(JSON.parse(asyncApi?.stdout ?? "").channels.rpc.address, "/api/v2/rpc");
  const program = await runToEnd([main, "check", start]);
  assert.deepEqual([program.code, program.stderr], [0, ""], "a module that runs itself is only looked at");
  const help = await runToEnd([main]);
  assert.equal(help.code, 2);
  assert.match(help.stdout + help.stderr, /^Usage: fourfold [\s\S]*help for command\n$/);
  const early = await runToEnd([main, "serve", "--help"]);
  assert.deepEqual([early.code, early.stderr], [1, "Name the module first: fourfold serve app.ts --help\n"]);
  const missing = await runToEnd([main, "serve", "no/such/file.ts"], memory);
  assert.deepEqual([missing.code, missing.stderr], [1, "no/such/file.ts: there is no such file\n"]);
  const cases: readonly (readonly [number, readonly string[]])[] = [
    [1, ["contract", "openapi", "examples/blog/api.ts", "--api-version", "7"]],
    [1, ["contract", "wsdl", "examples/blog/api.ts"]],
    [1, ["check", "no/such/file.ts"]],
    [1, ["check", "test/cli"]],
    [1, ["check", "src/base/json.ts"]],
    [2, ["chekc"]],
    [2, ["check"]],
    [2, ["serve", "test/cli/slow.ts", "--nonsense"]],
  ];
  await all(cases, async ([code, args]) => {
    const ended = await runToEnd([main, ...args], memory);
    assert.equal(ended.code, code, args.join(" "));
    assertOneLine(ended.stderr, /\S/);
  });
});
