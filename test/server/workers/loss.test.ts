import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, test } from "node:test";
import { folder } from "../../examples/program.ts";
import { ask, clientOf, clientsByPid, Load, readyPids, startMany } from "./many.ts";

// They mostly wait.
suite("at once", { concurrency: true }, () => {
  test("one that is killed loses what it was working on and nothing else, and another takes its place", async (test) => {
    const program = await startMany(test, 2, {
      DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}`,
    });
    const [origin = ""] = program.origins;
    const [killed = 0, other = 0] = readyPids(program);
    const clients = await clientsByPid(test, origin, [killed, other]);
    const [doomed, safe] = [clients.get(killed), clients.get(other)];
    assert.ok(doomed && safe);
    const lost = ask(doomed, "GET /wait?ms=5000").catch(String);
    const kept = ask(safe, "GET /wait?ms=700");
    const load = new Load(origin).begin({ kept: 0, fresh: 3 });
    await load.more(50);
    process.kill(killed, "SIGKILL");
    assert.match(String(await lost), /other side closed|ECONNRESET/);
    await load.more(50);
    await program.until(() => readyPids(program).length === 3);
    assert.equal((await kept).status, 200);
    const [, , fresh = 0] = readyPids(program);
    await clientsByPid(test, origin, [fresh]);
    await load.end();
    assert.ok(load.failures.length <= 3, `at most what was on its way by the three: ${load.failures}`);
    const line = program.log.find(({ event }) => event === "worker_lost");
    assert.deepEqual([line?.["worker"], line?.["worker_pid"], line?.["how"]], [1, killed, "SIGKILL"]);
  });

  test("when all are lost at once they come back at the same port, and counters do not fall", async (test) => {
    const program = await startMany(test, 2, {
      DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}`,
    });
    const [origin = ""] = program.origins;
    const count = async (): Promise<number> => {
      const client = clientOf(test, origin);
      const text = String((await ask(client, "GET /metrics")).json);
      return Number(
        /^fourfold_requests_total\{protocol="rest",operation="who"[^}]*\} (\d+)/m.exec(text)?.[1],
      );
    };
    const pids = readyPids(program);
    const clients = await clientsByPid(test, origin, pids);
    const before = await count();
    assert.ok(before >= 2);
    for (const pid of pids.slice(1)) process.kill(pid, "SIGKILL");
    for (const client of clients.values()) await client.destroy();
    await ask(clientOf(test, origin), "POST /crash");
    await program.until(() => readyPids(program).length === 4);
    await clientsByPid(test, origin, readyPids(program).slice(2));
    assert.ok((await count()) >= before + 2, "those of the dead included");
    assert.equal(
      program.stderr.match(/A crash that was asked for/g)?.length,
      2,
      "the source line and the error",
    );
  });
});
