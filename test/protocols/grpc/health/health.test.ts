import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { test } from "node:test";
import { status } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { api, query, resource, t } from "fourfold";
import { startTest } from "fourfold/testing";
import { protoPath } from "grpc-health-check";
import { Health } from "../../../../src/protocols/grpc/health/health.ts";
import { GrpcJs } from "../streams/grpc-js.ts";

const Note = resource("Note", { fields: { id: t.id(), text: t.string() } });
const ping = query("ping", { output: { word: t.string() }, handle: () => ({ word: "pong" }) });
const notes = api("notes", { resources: [Note], operations: [ping] });

/** Speaks grpc.health.v1 as grpc-node's own package has it. */
function clientOf(port: number): GrpcJs {
  return new GrpcJs(port, "grpc.health.v1", loadSync(protoPath, { enums: String, defaults: true }));
}

test("Check and List tell of the server and of each service", async () => {
  await using server = await startTest(notes);
  using client = clientOf(server.port);
  for (const service of ["", "notes.v1.NoteService", "notes.v1.NotesService"]) {
    const { answer } = await client.unary("Health/Check", { service });
    assert.deepEqual(answer, { status: "SERVING" }, service);
  }
  const { answer } = await client.unary("Health/List", {});
  assert.deepEqual(answer, {
    statuses: {
      "": { status: "SERVING" },
      "notes.v1.NoteService": { status: "SERVING" },
      "notes.v1.NotesService": { status: "SERVING" },
    },
  });
});

test("what is unknown is NOT_FOUND to Check, and SERVICE_UNKNOWN to Watch, which goes on", async () => {
  await using server = await startTest(notes);
  using client = clientOf(server.port);
  const { end } = await client.unary("Health/Check", { service: "notes.v1.Other" });
  assert.equal(end.code, status.NOT_FOUND);
  const watch = client.server("Health/Watch", { service: "notes.v1.Other" });
  assert.deepEqual(await watch.next(), { status: "SERVICE_UNKNOWN" });
  // It is open still: the server's other answers come before it ends.
  await client.unary("Health/Check", {});
  watch.call.cancel();
  assert.equal((await watch.end).code, status.CANCELLED);
});

test("a watcher is told NOT_SERVING before the server ends its call", async () => {
  const server = await startTest(notes);
  using client = clientOf(server.port);
  const watch = client.server("Health/Watch", { service: "notes.v1.NoteService" });
  const unknown = client.server("Health/Watch", { service: "x" });
  assert.deepEqual(await watch.next(), { status: "SERVING" });
  assert.deepEqual(await unknown.next(), { status: "SERVICE_UNKNOWN" });
  const closed = server.server.close("drain");
  assert.deepEqual(await watch.next(), { status: "NOT_SERVING" });
  assert.equal(await watch.next(), null);
  assert.equal((await watch.end).code, status.UNAVAILABLE);
  assert.equal(await unknown.next(), null);
  assert.equal((await unknown.end).code, status.UNAVAILABLE);
  await closed;
  await server.close();
});

test("a store that cannot answer is NOT_SERVING, and SERVING once it can again", async () => {
  const folder = await mkdtemp(join(tmpdir(), "fourfold-health-"));
  try {
    const file = join(folder, "notes.sqlite");
    await using server = await startTest(notes, { database: `sqlite:${file}` });
    using client = clientOf(server.port);
    const watch = client.server("Health/Watch", {});
    assert.deepEqual(await watch.next(), { status: "SERVING" });
    using other = new DatabaseSync(file);
    other.exec("alter table fourfold_schema rename to elsewhere");
    assert.deepEqual(await watch.next(), { status: "NOT_SERVING" });
    assert.deepEqual((await client.unary("Health/Check", {})).answer, { status: "NOT_SERVING" });
    other.exec("alter table elsewhere rename to fourfold_schema");
    assert.deepEqual(await watch.next(), { status: "SERVING" });
    watch.call.cancel();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("probes ask by Connect in JSON", async () => {
  await using server = await startTest(notes);
  const ask = (service: string) =>
    server.request("POST /grpc.health.v1.Health/Check", {
      json: { service },
    });
  const answer = await ask("notes.v1.NoteService");
  assert.deepEqual([answer.status, answer.json], [200, { status: "SERVING" }]);
  assert.equal((await ask("x")).status, 404);
});

test("whoever reads slowly gets the last status, and nothing twice", async () => {
  let isServing = true;
  const health = new Health(["a"], () => isServing);
  const watch = await health.watch("a");
  assert.deepEqual((await watch.next()).value, { status: "SERVING" });
  await health.look();
  isServing = false;
  await health.look();
  isServing = true;
  await health.look();
  const next = watch.next();
  isServing = false;
  await health.look();
  assert.deepEqual((await next).value, { status: "NOT_SERVING" });
  await watch.return();
  assert.equal((await watch.next()).done, true);
});

test("where others go on at the same address, a watch ends without NOT_SERVING", async () => {
  const health = new Health([], () => true);
  const watch = await health.watch("");
  await watch.next();
  health.drain(true);
  await assert.rejects(watch.next(), { code: "UNAVAILABLE" });
  const late = await health.watch("");
  assert.deepEqual((await late.next()).value, { status: "NOT_SERVING" });
  await assert.rejects(late.next(), { code: "UNAVAILABLE" });
});
