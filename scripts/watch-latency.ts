import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { api, type Change, resource, t } from "fourfold";
import { serve } from "fourfold/server";

// How long a change takes from its commit to those who watch, at a fixed rate of durable writes:
// node scripts/watch-latency.ts [--json] [changes a second] [seconds] [further watches]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean", default: false } },
});
const [rate = 500, seconds = 10, others = 0] = positionals.map(Number);

const Note = resource("Note", { fields: { id: t.id(), title: t.string(), count: t.int32() } });
const folder = await mkdtemp(join(tmpdir(), "fourfold-latency-"));
const server = await serve(api("latency", { resources: [Note] }), {
  listen: ["127.0.0.1:0"],
  database: `sqlite:${join(folder, "latency.sqlite")}`,
  logLevel: "silent",
});
/** When each number was acknowledged, and when it came. */
const written: number[] = [];
const cameHere: number[] = [];
const cameByEvents: number[] = [];

const { id } = await server.call(Note.create, { title: "counted", count: 0 });
for (let index = 0; index < others; index++) void watch(() => {});
void watch((count) => {
  cameHere[count] = performance.now();
});
const port = Number(/:(\d+)$/.exec(server.origins[0] ?? "")?.[1]);
const reader: ChildProcess = fork(new URL("watch-latency-reader.ts", import.meta.url), [String(port)]);
await once(reader, "message");

const begun = performance.now();
const writing: Promise<void>[] = [];
for (let count = 1; count <= rate * seconds; count++) {
  const due = begun + (count * 1000) / rate;
  while (performance.now() < due) await sleep(1);
  writing.push(write(count));
}
await Promise.all(writing);
await sleep(500);
reader.send("tell");
const [told] = (await once(reader, "message")) as [readonly (readonly [number, number])[]];
for (const [count, at] of told) cameByEvents[count] = at - performance.timeOrigin;
const [here, elsewhere] = [quantilesOf(cameHere), quantilesOf(cameByEvents)];
if (values.json) console.log(JSON.stringify({ here, elsewhere }));
else {
  console.log(`${rate} durable changes a second for ${seconds} s, ${others + 2} watches`);
  tell("acknowledged to a watch in this process", here);
  tell("acknowledged to an event in another process", elsewhere);
  console.log(`memory: ${Math.round(process.memoryUsage().rss / 2 ** 20)} MiB`);
}
await server.close("now");
await rm(folder, { recursive: true });

async function write(count: number): Promise<void> {
  await server.call(Note.update, { id, count });
  written[count] = performance.now();
}

async function watch(take: (count: number) => void): Promise<void> {
  const changes: AsyncIterable<Change<{ readonly count: number }>> = await server.call(Note.watch, {
    snapshot: false,
  });
  try {
    for await (const { row } of changes) if (row !== undefined) take(row.count);
  } catch {
    // The server has stopped.
  }
}

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly changes: number;
}

/** Milliseconds. The change may be told before its writer hears of it: that counts as 0. */
function quantilesOf(came: readonly number[]): Quantiles {
  const times = came
    .flatMap((at, count) => (written[count] === undefined ? [] : [Math.max(0, at - written[count])]))
    .sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999), changes: times.length };
}

function tell(what: string, { p50, p99, p999, changes }: Quantiles): void {
  const [half, most, nearlyAll] = [p50, p99, p999].map((time) => `${time.toFixed(2)} ms`);
  console.log(`${what}: p50 ${half}, p99 ${most}, p99.9 ${nearlyAll} (${changes} changes)`);
}
