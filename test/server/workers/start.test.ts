import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { Client } from "undici";
import { folder, runToEnd, start } from "../../examples/program.ts";
import { ask, clientOf, clientsByPid, readyPids, startMany } from "./many.ts";

const app = "test/server/workers/app.ts";

const directory = await folder({ after });
const socketPath = join(directory, "socket");
const program = await startMany({ after }, 2, {
  LISTEN: `127.0.0.1:0,127.0.0.1:0,unix:${socketPath}`,
  DATABASE_URL: `sqlite:${join(directory, "a.sqlite")}`,
});

test("several processes answer at the same addresses, as one program", async (test) => {
  const pids = readyPids(program);
  assert.equal(program.origins.length, 2);
  assert.equal(new Set([...pids, program.child.pid]).size, 3);
  for (const origin of program.origins) {
    const clients = await clientsByPid(test, origin, pids);
    assert.deepEqual([...clients.keys()].sort(), [...pids].sort());
  }
  const local = new Client("http://localhost", { socketPath });
  test.after(() => local.destroy());
  assert.ok(pids.includes(Number((await ask(local, "GET /who")).json)));

  const { json } = await ask(local, "GET /items");
  assert.deepEqual(
    (json as { items: { name: string }[] }).items.map(({ name }) => name),
    [`seeded by ${pids[0]}`],
    "the first one fills the database, and nobody else",
  );
  assert.equal(program.stderr.match(/is served at/g)?.length, 1);
  assert.match(program.stderr, new RegExp(`Workers: +2 \\(.* ${program.child.pid}\\)\n`));
  await program.until(() => program.stdout.includes("/items"));
  for (const { pid, event } of program.log) {
    const isPrimarys = String(event).startsWith("worker_");
    assert.ok(isPrimarys ? pid === program.child.pid : pids.includes(Number(pid)), `${event} of ${pid}`);
  }
});

test("/metrics tells of all, whoever answers; /readyz of the one that does", async (test) => {
  const origin = program.origins[0] ?? "";
  const clients = [...(await clientsByPid(test, origin, readyPids(program))).values()];
  const name = 'fourfold_requests_total{protocol="rest",operation="wait",version="1",status="200",code=""}';
  for (const client of clients) {
    for (let index = 0; index < 5; index++) await ask(client, "GET /wait?ms=0");
    assert.equal((await ask(client, "GET /readyz")).status, 200);
  }
  for (const client of clients) {
    const text = String((await ask(client, "GET /metrics")).json);
    const value = (sample: string): number =>
      Number(
        text
          .split("\n")
          .find((line) => line.startsWith(`${sample} `))
          ?.slice(sample.length),
      );
    assert.equal(value(name), 10);
    assert.equal(
      value(`${name.replace("s_total", "_duration_seconds_count").replace(/,status.*/, "}")}`),
      10,
    );
    assert.equal(value("fourfold_workers"), 2);
    assert.equal(value("fourfold_worker_starts_total"), 2);
    assert.ok(value("fourfold_connections") >= 2);
    assert.match(text, /process_start_time_seconds\{worker="1"\} \d+\n/);
    assert.match(text, /process_start_time_seconds\{worker="2"\} \d+\n/);
    assert.equal(text.match(/^process_resident_memory_bytes /gm)?.length, 1);
  }
});

test("what stands in the way of a start is told once, and ends it", async (test) => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  test.after(() => holder.close());
  const { port } = holder.address() as { port: number };
  const file = `sqlite:${join(directory, "b.sqlite")}`;
  const garbage = join(directory, "garbage.sqlite");
  await writeFile(garbage, "this is not a database, whatever its name says. ".repeat(100));
  const listen = { LISTEN: "127.0.0.1:0", WORKERS: "3" };
  const cases: readonly [string, Readonly<Record<string, string>>, RegExp, number][] = [
    ["a port in use", { DATABASE_URL: file, LISTEN: `127.0.0.1:${port}` }, /something else listens/, 1],
    ["memory", { DATABASE_URL: "sqlite::memory:" }, /memory of one process.*sqlite:PATH/, 1],
    ["no database", { DATABASE_URL: `sqlite:${garbage}` }, /garbage\.sqlite/, 1],
    ["no number", { WORKERS: "many" }, /WORKERS.*1 to 1024, or auto/, 2],
    ["none", { WORKERS: "0" }, /1 to 1024, or auto/, 2],
  ];
  await Promise.all(
    cases.map(async ([what, env, told, exitCode]) => {
      const { code, stderr, stdout } = await runToEnd([app], { ...listen, ...env });
      assert.equal(code, exitCode, `${what}: ${stderr}`);
      assert.match(stderr, told);
      assert.equal(stderr.trimEnd().split("\n").length, 1, stderr);
      assert.doesNotMatch(stdout, /worker_ready/);
    }),
  );
});

test("a broken definition is told once", async () => {
  const args = [
    "src/cli/main.ts",
    "serve",
    "test/cli/broken.ts",
    "--workers",
    "3",
    "--listen",
    "127.0.0.1:0",
  ];
  const { code, stderr } = await runToEnd(args);
  assert.equal(code, 1);
  assert.equal(stderr.match(/minimum/g)?.length, 1, stderr);
});

test("one worker is the program itself", async (test) => {
  const alone = start(test, app, { DATABASE_URL: "sqlite::memory:", WORKERS: "1" });
  await alone.until(() => alone.stderr.endsWith("\n\n"));
  const client = clientOf(test, alone.origins[0] ?? "");
  assert.equal((await ask(client, "GET /who")).json, alone.child.pid);
  await alone.until(() => alone.log.length === 2);
  assert.ok(alone.log.every((line) => !("pid" in line)));
  assert.doesNotMatch(alone.stderr, /Workers/);
});
