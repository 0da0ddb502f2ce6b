import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "undici";
import { folder } from "../test/examples/program.ts";
import { ask, clientOf, clientsByPid, Load, readyPids, startMany } from "../test/server/workers/many.ts";

// What test/server/workers/ shows, for longer and under more load.

test("restart after restart under load: no request is lost", async (test) => {
  const program = await startMany(test, 4, {
    DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}`,
    LOG_LEVEL: "info",
  });
  const [origin = ""] = program.origins;
  const load = new Load(origin, 0).begin({ kept: 16, fresh: 8 });
  for (let round = 1; round <= 4; round++) {
    await load.more(2_000);
    program.kill("SIGHUP");
    await within(60_000, () => program.stdout.split('"restart_finished"').length === round + 1);
  }
  await load.more(2_000);
  await load.end();
  assert.deepEqual(load.failures, []);
  test.diagnostic(`${load.answered} requests by ${load.pids.size} processes`);
});

test("kill after kill under load: only what the killed one had is lost, and nobody waits in vain", async (test) => {
  const program = await startMany(test, 3, {
    DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}`,
  });
  const [origin = ""] = program.origins;
  const load = new Load(origin, 0).begin({ kept: 6, fresh: 6 });
  const kills = 10;
  for (let kill = 0; kill < kills; kill++) {
    await load.more(500);
    process.kill(readyPids(program).at(-1) ?? 0, "SIGKILL");
    await within(20_000, () => readyPids(program).length === 4 + kill);
  }
  await load.more(500);
  await load.end();
  // Each of the twelve has one request on its way at most.
  assert.ok(load.failures.length <= kills * 12, `${load.failures.length}`);
  for (const failure of load.failures) assert.match(failure, /other side closed|ECONNRESET|EPIPE/);
  test.diagnostic(`${load.answered} requests, ${load.failures.length} lost by ${kills} kills`);
});

test("writes of four processes, one of which is killed now and then: what was acknowledged is there, once", async (test) => {
  const program = await startMany(test, 4, {
    DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}`,
  });
  const [origin = ""] = program.origins;
  const acknowledged: string[] = [];
  const failures: string[] = [];
  let isOver = false;
  const writers = Array.from({ length: 16 }, async (_, writer) => {
    const client = new Client(origin, { pipelining: 1, headersTimeout: 20_000 });
    for (let index = 0; !isOver; index++) {
      const name = `${writer}.${index}`;
      try {
        const { status } = await ask(client, "POST /items", { name });
        if (status === 201) acknowledged.push(name);
        else failures.push(`status ${status}`);
      } catch (thrown) {
        failures.push(String(thrown));
      }
    }
    await client.destroy();
  });
  for (let kill = 0; kill < 5; kill++) {
    await pause(1_500);
    process.kill(readyPids(program).at(-1) ?? 0, "SIGKILL");
    await within(20_000, () => readyPids(program).length === 5 + kill);
  }
  isOver = true;
  await Promise.all(writers);
  const client = clientOf(test, origin);
  const names: string[] = [];
  for (let page = "", more = true; more; ) {
    const { json } = await ask(client, `GET /items?pageSize=1000&pageToken=${page}`);
    const { items, nextPageToken } = json as { items: { name: string }[]; nextPageToken: string };
    names.push(...items.map(({ name }) => name));
    [page, more] = [encodeURIComponent(nextPageToken), nextPageToken !== ""];
  }
  const there = new Set(names);
  assert.equal(there.size, names.length, "nothing was written twice");
  assert.deepEqual(
    acknowledged.filter((name) => !there.has(name)),
    [],
  );
  for (const failure of failures) assert.match(failure, /other side closed|ECONNRESET|EPIPE/);
  test.diagnostic(`${acknowledged.length} writes, ${failures.length} lost with the killed ones`);
});

test("a history of reads and writes through three processes has no stale read", async (test) => {
  const program = await startMany(test, 3, {
    DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}`,
  });
  const clients = [...(await clientsByPid(test, program.origins[0] ?? "", readyPids(program))).values()];
  const [first] = clients;
  assert.ok(first);
  const { json } = await ask(first, "POST /items", { name: "0" });
  const { id } = json as { id: string };
  let [written, reads, isOver] = [0, 0, false];
  const readers = clients.flatMap((_, index) =>
    [1, 2].map(async () => {
      const client = clientOf(test, program.origins[index % program.origins.length] ?? "");
      while (!isOver) {
        // Whatever had been acknowledged before the read was sent, it must show.
        const least = written;
        const { json } = await ask(client, `GET /items/${id}`);
        assert.ok(Number((json as { name: string }).name) >= least, `${JSON.stringify(json)} after ${least}`);
        reads += 1;
      }
    }),
  );
  for (let round = 1; round <= 1_500; round++) {
    const { status } = await ask(clients[round % clients.length] ?? first, `PATCH /items/${id}`, {
      name: String(round),
    });
    assert.equal(status, 200);
    written = round;
  }
  isOver = true;
  await Promise.all(readers);
  test.diagnostic(`${reads} reads beside 1500 writes`);
});

async function within(ms: number, holds: () => boolean): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("It took too long");
    await pause(20);
  }
}
