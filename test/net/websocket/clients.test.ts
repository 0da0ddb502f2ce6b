import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { WebSocket as WsClient } from "ws";
import type { WebSocketOptions } from "../../../src/net/index.ts";
import { echo, serveWebSockets } from "./peer.ts";

const messages: readonly (string | Buffer)[] = [
  "",
  "text",
  "ünï 😀".repeat(1000),
  "a".repeat(200_000),
  Buffer.alloc(0),
  Buffer.alloc(70_000, 3),
  Buffer.from([0, 1, 2, 255]),
];

const ways: readonly (readonly [what: string, options: WebSocketOptions, clientDeflates: boolean])[] = [
  ["without compression", { subprotocols: ["chat"] }, false],
  ["with compression", { subprotocols: ["chat"], deflate: { threshold: 100 } }, true],
  ["with compression at one side", { subprotocols: ["chat"] }, true],
];

for (const [what, options, clientDeflates] of ways) {
  test(`ws ${what}`, async (t) => {
    const { port } = await serveWebSockets(t, echo, options);
    const client = new WsClient(`ws://127.0.0.1:${port}/`, ["other", "chat"], {
      perMessageDeflate: clientDeflates ? { threshold: 10 } : false,
    });
    await once(client, "open");
    assert.equal(client.protocol, "chat");
    assert.equal(client.extensions.includes("permessage-deflate"), options.deflate !== undefined);
    const received = collect(client, messages.length);
    for (const message of messages) client.send(message, { fin: true });
    assert.deepEqual(await received, messages);
    await fragmentsOf(client);
    const ponged = once(client, "pong");
    client.ping("are you there");
    assert.equal(String((await ponged)[0]), "are you there");
    client.close(4000, "done");
    assert.equal((await once(client, "close"))[0], 4000);
  });

  test(`the WebSocket of node ${what}`, async (t) => {
    await withNode(t, options);
  });
}

/** Messages as they came: text as strings. */
function collect(client: WsClient, count: number): Promise<(string | Buffer)[]> {
  const received: (string | Buffer)[] = [];
  return new Promise((resolve, reject) => {
    client.on("error", reject);
    client.on("message", (data: Buffer, isBinary: boolean) => {
      received.push(isBinary ? data : data.toString());
      if (received.length === count) resolve(received);
    });
  });
}

async function fragmentsOf(client: WsClient): Promise<void> {
  const received = once(client, "message");
  client.send("one ", { fin: false });
  client.send("two ", { fin: false });
  client.send("three", { fin: true });
  assert.equal(String((await received)[0]), "one two three");
}

async function withNode(t: TestContext, options: WebSocketOptions): Promise<void> {
  const { port } = await serveWebSockets(t, echo, options);
  const client = new WebSocket(`ws://127.0.0.1:${port}/`, ["other", "chat"]);
  client.binaryType = "arraybuffer";
  const received: (string | Buffer)[] = [];
  const done = new Promise<CloseEvent>((resolve, reject) => {
    client.onerror = () => reject(new Error("the client failed"));
    client.onclose = resolve;
    client.onmessage = ({ data }) => {
      received.push(typeof data === "string" ? data : Buffer.from(data));
      if (received.length === messages.length) client.close(4001, "done");
    };
  });
  await new Promise((resolve) => {
    client.onopen = resolve;
  });
  assert.equal(client.protocol, "chat");
  for (const message of messages)
    client.send(typeof message === "string" ? message : new Uint8Array(message));
  const { code, wasClean } = await done;
  assert.deepEqual([code, wasClean], [4001, true]);
  assert.deepEqual(received, messages);
}
