import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { fail, report } from "../websocket-client.ts";
import { clientText } from "../websocket-frames.ts";
import { dialectOf } from "./dialects.ts";
import { openAll } from "./open.ts";

/**
 * Has many connections told of messages that one publishes: each burst in one write, and as soon as all have been told of the one
 * before it (closed loop). Says `open` when all are there, counts deliveries, and writes JSON.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "" },
    dialect: { type: "string", default: "" },
    receivers: { type: "string", default: "" },
    burst: { type: "string", default: "" },
    seconds: { type: "string", default: "" },
  },
});
const [port, receivers, burst] = [values.port, values.receivers, values.burst].map(Number) as [
  number,
  number,
  number,
];
const dialect = await dialectOf(values.dialect, port);
const expected = receivers * burst;

let received = 0;
let bursts = 0;
let published = 0;
let startedAt = 0;
let endsAt = Number.POSITIVE_INFINITY;

const publisher = await openAll(port, dialect, { receivers, take });
// Whose subscriptions are made a moment after they were asked for.
await pause(200);
process.stdout.write("open\n");
startedAt = performance.now();
endsAt = startedAt + Number(values.seconds) * 1000;
publish();

function publish(): void {
  const frames = Array.from({ length: burst }, () => clientText(dialect.publish(published++)));
  publisher.write(Buffer.concat(frames));
}

function take(count: number): void {
  received += count;
  if (received < expected) return;
  if (received > expected) fail("More was delivered than was published");
  received = 0;
  bursts += 1;
  const now = performance.now();
  if (now < endsAt) publish();
  else report({ units: bursts * expected, seconds: (now - startedAt) / 1000 });
}
