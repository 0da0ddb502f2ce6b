import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder, type Program, start, startBlog } from "../examples/program.ts";

function socketTo(test: TestContext, program: Program): Socket & { text: string } {
  const port = Number(new URL(program.origins[0] ?? "").port);
  const socket = Object.assign(connect({ port, host: "127.0.0.1" }), { text: "" });
  socket.on("data", (chunk) => {
    socket.text += String(chunk);
  });
  socket.on("error", () => undefined);
  test.after(() => socket.destroy());
  return socket;
}

async function startSlow(test: TestContext, env: Record<string, string> = {}): Promise<Program> {
  const program = start(test, "test/cli/slow.ts", env);
  await program.until(() => program.stderr.endsWith("\n\n"));
  return program;
}

test("SIGTERM: a request in flight is answered, then the program ends with 0", async (test) => {
  const program = await startBlog(test, { DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}` });
  const [origin = ""] = program.origins;
  const socket = socketTo(test, program);
  const content = JSON.stringify({ name: "Late", email: "late@example.com" });
  socket.write(
    `POST /users HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: ${content.length}\r\n\r\n${content.slice(0, 10)}`,
  );
  await program.until(() => program.stdout.includes("request_started"));
  program.kill("SIGTERM");
  await refused(origin);
  socket.write(content.slice(10));
  await program.until(() => socket.text.includes("late@example.com"));
  assert.match(socket.text, /^HTTP\/1\.1 201 Created\r\n/);
  assert.match(socket.text, /\r\nconnection: close\r\n/);
  assert.equal(await program.exited, 0);
  assert.match(program.stdout.trimEnd().split("\n").at(-1) ?? "", /"request_finished".*"status_code":201/);
});

test("SIGTERM: /readyz says 503 on a connection that is open still, and idle ones are closed", async (test) => {
  const program = await startSlow(test);
  const [probe, busy] = [socketTo(test, program), socketTo(test, program)];
  busy.write("GET /slow?ms=600 HTTP/1.1\r\nhost: a\r\n\r\n");
  // Half a head: the connection is not idle, and its request is still taken.
  probe.write("GET /readyz HTTP/1.1\r\nhost: a\r\n");
  await program.until(() => program.stdout.includes("handling"));
  program.kill("SIGINT");
  await refused(program.origins[0] ?? "");
  probe.write("\r\n");
  await program.until(() => probe.text.includes("draining"));
  assert.match(probe.text, /^HTTP\/1\.1 503 /);
  await program.until(() => busy.text.includes('"done"'));
  assert.equal(await program.exited, 0);
  const line = program.log.find((each) => each["path"] === "/readyz" && each["event"] === "request_finished");
  assert.equal(line?.["status_code"], 503, "the log has the status that was sent");
});

test("a second signal ends it at once", async (test) => {
  const program = await startSlow(test);
  const socket = socketTo(test, program);
  socket.write("GET /slow?ms=60000 HTTP/1.1\r\nhost: a\r\n\r\n");
  await program.until(() => program.stdout.includes("handling"));
  program.kill("SIGTERM");
  await refused(program.origins[0] ?? "");
  const began = Date.now();
  program.kill("SIGTERM");
  assert.equal(await program.exited, 1);
  assert.ok(Date.now() - began < 2000);
});

test("--drain-timeout bounds the wait", async (test) => {
  const program = await startSlow(test, { DRAIN_TIMEOUT: "200" });
  const socket = socketTo(test, program);
  socket.write("GET /slow?ms=60000 HTTP/1.1\r\nhost: a\r\n\r\n");
  await program.until(() => program.stdout.includes("handling"));
  const began = Date.now();
  program.kill("SIGTERM");
  assert.equal(await program.exited, 0);
  assert.ok(Date.now() - began < 3000);
});

/** Waits until nothing new is accepted. */
async function refused(origin: string): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      await fetch(`${origin}/livez`, { headers: { connection: "close" } });
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("it still accepts");
}
