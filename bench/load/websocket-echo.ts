import type { Socket } from "node:net";
import { parseArgs } from "node:util";
import { fail, openWebSocket, openWebSockets, report } from "./websocket-client.ts";
import { clientText, serverText } from "./websocket-frames.ts";

/** Sends a text on each of some connections, and again as soon as it has come back (closed loop); counts, and writes JSON. */
const { values } = parseArgs({
  options: { port: { type: "string" }, connections: { type: "string" }, seconds: { type: "string" } },
});
const port = Number(values.port);
const text = "A text of sixty-four bytes, which is what this row asks of all.\n";
const sent = clientText(text);
const expected = serverText(text);
let echoes = 0;

const sockets = await openWebSockets(Number(values.connections), openEcho);
const startedAt = performance.now();
for (const socket of sockets) socket.write(sent);
setTimeout(() => {
  report({ units: echoes, seconds: (performance.now() - startedAt) / 1000 });
}, Number(values.seconds) * 1000);

async function openEcho(): Promise<Socket> {
  let received = 0;
  const socket = await openWebSocket(port, "/echo", (bytes) => {
    // Nearly always whole; in parts, only the length is checked.
    if (received === 0 && bytes.length === expected.length && !bytes.equals(expected))
      fail("Another text came back");
    received += bytes.length;
    if (received < expected.length) return;
    if (received > expected.length) fail("More came back than was sent");
    received = 0;
    echoes += 1;
    socket.write(sent);
  });
  return socket;
}
