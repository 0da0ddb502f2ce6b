import assert from "node:assert/strict";
import { once } from "node:events";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import { folder } from "../../examples/program.ts";
import { startMany } from "./many.ts";

test("a room is one over all workers: messages, and who is there", async (test) => {
  const program = await startMany(test, 2, {
    DATABASE_URL: `sqlite:${join(await folder(test), "a.sqlite")}`,
  });
  const [origin = ""] = program.origins;
  const received = new Map<WebSocket, { type: string; message?: { pid: number; text: string } }[]>();
  const open = async (): Promise<WebSocket> => {
    const socket = new WebSocket(`${origin.replace("http", "ws")}/rooms/one`);
    test.after(() => socket.terminate());
    const texts: never[] = [];
    received.set(socket, texts);
    socket.on("message", (data) => texts.push(JSON.parse(String(data)) as never));
    await once(socket, "open");
    return socket;
  };
  const sockets = await Promise.all(Array.from({ length: 16 }, open));
  for (const [index, socket] of sockets.entries()) socket.send(JSON.stringify({ text: `from ${index}` }));
  const messagesOf = (socket: WebSocket) =>
    (received.get(socket) ?? []).flatMap(({ message }) => (message === undefined ? [] : [message]));
  await until(() => sockets.every((socket) => messagesOf(socket).length === sockets.length));
  const pids = new Set(sockets.flatMap(messagesOf).map(({ pid }) => pid));
  assert.equal(pids.size, 2, "sixteen connections reach both workers");
  for (const socket of sockets)
    assert.equal(new Set(messagesOf(socket).map(({ text }) => text)).size, sockets.length);

  const said = await fetch(`${origin}/say`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ room: "one", text: "from a handler" }),
  });
  assert.equal(said.status, 204);
  const saysSo = ({ text }: { readonly text: string }): boolean => text === "from a handler";
  await until(() => sockets.every((socket) => messagesOf(socket).some(saysSo)));
  const speakers = sockets.flatMap(messagesOf).filter(saysSo);
  assert.equal(speakers.length, sockets.length, "each got it once");
  assert.equal(new Set(speakers.map(({ pid }) => pid)).size, 1, "one process sent it to all");

  // Each who comes last hears of all sixteen, whichever worker has them.
  const late = await open();
  const here = () =>
    received.get(late)?.find(({ type }) => type === "here") as
      | { readonly members: readonly unknown[] }
      | undefined;
  await until(() => here() !== undefined);
  assert.equal(here()?.members.length, 17);
  const [leaving] = sockets;
  leaving?.close();
  await until(() => received.get(late)?.some(({ type }) => type === "left") === true);
});

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 1_000, "it did not come to be");
    await pause(10);
  }
}
