import { parseArgs } from "node:util";
import { fail, openWebSocket, openWebSockets, report } from "./websocket-client.ts";
import { clientText, serverText } from "./websocket-frames.ts";

/**
 * Publishes bursts of texts on one connection, each burst in one write and as soon as all receivers have all of the one
 * before it (closed loop); counts deliveries, and writes JSON.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string" },
    receivers: { type: "string" },
    burst: { type: "string" },
    seconds: { type: "string" },
  },
});
const port = Number(values.port);
const receivers = Number(values.receivers);
const burst = Number(values.burst);
const text = "One hundred and twenty bytes: ".repeat(4);
const frames = Buffer.concat(Array.from({ length: burst }, () => clientText(text)));
const expected = Buffer.concat(Array.from({ length: burst }, () => serverText(text)));
const bytesOfBurst = receivers * expected.length;

let received = 0;
let bursts = 0;

await openWebSockets(receivers, () => openWebSocket(port, "/receive", receive));
const publisher = await openWebSocket(port, "/publish", () => fail("The publisher is no receiver"));
const startedAt = performance.now();
const endsAt = startedAt + Number(values.seconds) * 1000;
publisher.write(frames);

function receive(bytes: Buffer): void {
  if (bytes.length === expected.length && !bytes.equals(expected)) fail("Another text was delivered");
  received += bytes.length;
  if (received < bytesOfBurst) return;
  if (received > bytesOfBurst) fail("More was delivered than was published");
  received = 0;
  bursts += 1;
  const now = performance.now();
  if (now < endsAt) publisher.write(frames);
  else report({ units: bursts * burst * receivers, seconds: (now - startedAt) / 1000 });
}
