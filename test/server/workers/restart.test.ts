import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { folder } from "../../examples/program.ts";
import { ask, clientOf, clientsByPid, type Got, Load, readyPids, startMany } from "./many.ts";

// They mostly wait.
suite("at once", { concurrency: true }, () => {
  test("SIGHUP: each gives its place to a new one, and no request is lost", async (test) => {
    const directory = await folder(test);
    const broken = join(directory, "broken");
    const program = await startMany(test, 2, {
      DATABASE_URL: `sqlite:${join(directory, "a.sqlite")}`,
      BROKEN_WHEN: broken,
    });
    const [origin = ""] = program.origins;
    const before = readyPids(program);
    const load = new Load(origin).begin({ kept: 6, fresh: 3 });
    await load.more(120);
    program.kill("SIGHUP");
    await program.until(() => program.stdout.includes('"restart_finished"'));
    const after = readyPids(program).slice(2);
    assert.equal(after.length, 2);
    load.pids.clear();
    await load.more(120);
    for (const pid of load.pids.keys()) assert.ok(after.includes(pid) && !before.includes(pid), `${pid}`);

    await writeFile(broken, "");
    program.kill("SIGHUP");
    await program.until(() => program.stdout.includes('"restart_given_up"'));
    await load.more(120);
    await load.end();
    assert.deepEqual(load.failures, []);
    assert.deepEqual(readyPids(program).slice(2), after, "those that were there go on");
    program.kill("SIGTERM");
    assert.equal(await program.exited, 0);
  });

  test("SIGHUP: who is connected is answered and sent to the new one, and so is who waits for a connection", async (test) => {
    const program = await startMany(test, 2, {
      DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}`,
    });
    const [origin = ""] = program.origins;
    const before = readyPids(program);
    const kept = await clientsByPid(test, origin, before);
    const blocking = [...kept.values()].map((client) => ask(client, "GET /block?ms=500"));
    await pause(100);
    // Nobody accepts these for a while: they wait in the queue of the listening socket.
    const began = performance.now();
    const queued = Array.from({ length: 20 }, () => askOnce(test, origin));
    program.kill("SIGHUP");
    for (const { status } of await Promise.all(queued)) assert.equal(status, 200);
    assert.ok(performance.now() - began > 200, "they did wait");
    for (const { status } of await Promise.all(blocking)) assert.equal(status, 200);

    for (const [index, pid] of before.entries()) {
      await program.until(() => readyPids(program).length === 3 + index);
      const client = kept.get(pid);
      assert.ok(client);
      await pause(50);
      const last = await ask(client, "GET /who");
      assert.deepEqual([last.json, last.isLast], [pid, true], "the old one answers, and says that it ends");
      assert.notEqual((await ask(client, "GET /who")).json, pid);
      await client.close();
    }
    await program.until(() => program.stdout.includes('"restart_finished"'));
  });
});

async function askOnce(test: TestContext, origin: string): Promise<Got> {
  const client = clientOf(test, origin);
  const got = await ask(client, "GET /who");
  await client.close();
  return got;
}
