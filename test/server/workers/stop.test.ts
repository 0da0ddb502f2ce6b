import assert from "node:assert/strict";
import { join } from "node:path";
import { suite, type TestContext, test } from "node:test";
import type { Client } from "undici";
import { folder, type Program } from "../../examples/program.ts";
import { ask, clientsByPid, type Got, readyPids, startMany } from "./many.ts";

/** Two workers, each of which works on something that takes `ms`. */
async function busy(
  test: TestContext,
  ms: number,
): Promise<{ program: Program; clients: readonly Client[]; answers: readonly Promise<Got | string>[] }> {
  const program = await startMany(test, 2, {
    DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}`,
  });
  const clients = [...(await clientsByPid(test, program.origins[0] ?? "", readyPids(program))).values()];
  const answers = clients.map((client) => ask(client, `GET /wait?ms=${ms}`).catch(String));
  await program.until(() => program.stdout.split('"path":"/wait"').length === 3);
  return { program, clients, answers };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

// They mostly wait.
suite("at once", { concurrency: true }, () => {
  test("SIGTERM to all of its processes: what is in flight is answered everywhere, then it ends with 0", async (test) => {
    const { program, answers } = await busy(test, 500);
    program.kill("SIGTERM");
    // As a service manager does that signals a whole group.
    for (const pid of readyPids(program)) process.kill(pid, "SIGTERM");
    for (const answer of await Promise.all(answers)) {
      assert.ok(typeof answer !== "string", String(answer));
      assert.deepEqual([answer.status, answer.isLast], [200, true]);
    }
    assert.equal(await program.exited, 0);
    assert.deepEqual(readyPids(program).filter(isAlive), []);
    assert.equal(program.log.filter(({ event }) => event === "worker_ready").length, 2, "none came after");
  });

  test("a second signal ends all at once", async (test) => {
    const { program, answers } = await busy(test, 60_000);
    program.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const began = Date.now();
    program.kill("SIGINT");
    assert.equal(await program.exited, 1);
    assert.ok(Date.now() - began < 1_500);
    for (const answer of await Promise.all(answers))
      assert.match(String(answer), /other side closed|ECONNRESET/);
  });

  test("without a primary the workers answer what they have taken, and end", async (test) => {
    const { program, answers } = await busy(test, 500);
    program.kill("SIGKILL");
    for (const answer of await Promise.all(answers)) assert.ok(typeof answer !== "string", String(answer));
    // It comes when nobody has its output open any more.
    assert.equal(await program.exited, "SIGKILL");
  });
});
