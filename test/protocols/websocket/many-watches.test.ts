import assert from "node:assert/strict";
import { test } from "node:test";
import { api, resource, t } from "fourfold";
import { startTest, type TestServer } from "fourfold/testing";
import { RpcPeer } from "./rpc-peer.ts";

const Note = resource("Note", { fields: { id: t.id(), count: t.int32(), about: t.json() } });
const definition = api("many", { resources: [Note] });
const sockets = 50;
const each = 4;

async function changesRead(server: TestServer): Promise<number> {
  const { text } = await server.request("GET /metrics");
  return Number(/^fourfold_watch_changes_read_total (\d+)$/m.exec(text)?.[1]);
}

/** How often a field of JSON is written, which goes through `JSON.stringify`, while something is done. */
async function writtenWhile(about: string, work: () => Promise<void>): Promise<number> {
  const { stringify } = JSON;
  let count = 0;
  JSON.stringify = (value: unknown, ...more: never[]): string => {
    if (typeof value === "object" && value !== null && "about" in value && value.about === about) count += 1;
    return stringify(value, ...more);
  };
  try {
    await work();
  } finally {
    JSON.stringify = stringify;
  }
  return count;
}

test("whoever many watch, a change is read once and written once", async () => {
  await using server = await startTest(definition);
  const made = await server.server.call(Note.create, { count: 0, about: {} });
  const peers = await Promise.all(Array.from({ length: sockets }, () => RpcPeer.open(server)));
  for (const peer of peers) {
    for (let id = 1; id <= each; id++) {
      peer.say({ jsonrpc: "2.0", id, method: "notes.watch", params: { snapshot: false } });
      assert.deepEqual((await peer.next()).result, { stream: id });
      assert.equal((await peer.next()).params.value.type, "synced");
    }
  }
  const before = await changesRead(server);
  const told: unknown[] = [];
  const written = await writtenWhile("what it costs", async () => {
    const about = { about: "what it costs" };
    await server.server.call(Note.update, { id: made.id, count: 1, about });
    for (const peer of peers)
      for (let id = 1; id <= each; id++) told.push((await peer.next()).params.value.row.about);
  });
  assert.equal(told.length, sockets * each);
  assert.ok(told.every((about) => JSON.stringify(about) === '{"about":"what it costs"}'));
  assert.equal((await changesRead(server)) - before, 1);
  // Once into the database, and once for all who watch.
  assert.equal(written, 2);
  await Promise.all(peers.map((peer) => peer.close()));
});

test("streams of one socket are told apart, though they are told the same", async () => {
  await using server = await startTest(definition);
  const peer = await RpcPeer.open(server);
  const ids = Array.from({ length: 20 }, (_, index) => `stream ${index}`);
  for (const id of ids) {
    peer.say({ jsonrpc: "2.0", id, method: "notes.watch", params: { snapshot: false } });
    await peer.next();
    await peer.next();
  }
  for (const count of [1, 2]) {
    await server.server.call(Note.create, { count, about: {} });
    const streams: unknown[] = [];
    for (const _ of ids) {
      const { params } = await peer.next();
      assert.equal(params.value.row.count, count);
      streams.push(params.stream);
    }
    assert.deepEqual(streams, ids);
  }
  await peer.close();
});
