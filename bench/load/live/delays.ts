import { parseArgs } from "node:util";
import { LatencyHistogram } from "../latency-histogram.ts";
import { fail, report } from "../websocket-client.ts";
import { clientText } from "../websocket-frames.ts";
import { dialectOf } from "./dialects.ts";
import { openAll } from "./open.ts";

/**
 * Publishes at a given rate, whether the server keeps up or not (open loop), as people do: at random moments, the same in each run. A
 * message's delay is from the moment at which it was due until the last of all receivers has it. Says `open`, and writes JSON.
 */
const { values } = parseArgs({
  options: {
    port: { type: "string", default: "" },
    dialect: { type: "string", default: "" },
    receivers: { type: "string", default: "" },
    rate: { type: "string", default: "" },
    seconds: { type: "string", default: "" },
  },
});
const port = Number(values.port);
const receivers = Number(values.receivers);
const dialect = await dialectOf(values.dialect, port);
const total = Math.round(Number(values.rate) * Number(values.seconds));
/** How many of the receivers have which message; and how many each of them has. */
const arrived = new Uint32Array(total);
const has = new Uint32Array(receivers);
const delays = new LatencyHistogram();
const dueAt = momentsOf(total, 1000 / Number(values.rate));
let published = 0;
let delivered = 0;
let startedAt = 0;

const publisher = await openAll(port, dialect, { receivers, take });
process.stdout.write("open\n");
startedAt = performance.now();
tick();

/** Publishes what is due. It spins on purpose: timers of a millisecond would publish in bursts. */
function tick(): void {
  const now = performance.now();
  while (published < total && startedAt + (dueAt[published] ?? 0) <= now)
    publisher.write(clientText(dialect.publish(published++)));
  if (delivered < total) setImmediate(tick);
  else
    report({
      rate: (delivered / (now - startedAt)) * 1000,
      p50: delays.quantile(0.5),
      p99: delays.quantile(0.99),
    });
}

function take(count: number, receiver: number): void {
  const first = has[receiver] ?? 0;
  if (first + count > published) fail("More was delivered than was published");
  has[receiver] = first + count;
  for (let index = first; index < first + count; index++) {
    const holders = (arrived[index] ?? 0) + 1;
    arrived[index] = holders;
    if (holders < receivers) continue;
    delivered += 1;
    delays.add(performance.now() - startedAt - (dueAt[index] ?? 0));
  }
}

/** Gaps as between calls that know nothing of each other: exponentially distributed. */
function momentsOf(count: number, meanMs: number): readonly number[] {
  let state = 20_261_126;
  let at = 0;
  return Array.from({ length: count }, () => {
    // A linear congruential generator (Numerical Recipes): enough for gaps, and the same everywhere.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    at -= Math.log(1 - state / 2 ** 32) * meanMs;
    return at;
  });
}
