import { openFilesLimit } from "./descriptors.ts";
import { descriptorsFor, type SoakReport, soak } from "./soak.ts";
import { assertGood } from "./verdict.ts";

// By hand: node --conditions=fourfold-source test-ci/soak/wire.ts. SOAK_SECONDS says for how long (300).

const options = {
  seconds: Number(process.env["SOAK_SECONDS"] ?? 300),
  idleWebSockets: 5_000,
  busySessions: 200,
  drainMs: 10_000,
};
if (openFilesLimit() < descriptorsFor(options))
  throw new Error(`${descriptorsFor(options)} open files are needed: ulimit -n, or prlimit --nofile`);

const report = await soak(options);
process.stdout.write(`${summaryOf(report).join("\n")}\n`);
assertGood(report, options);
process.stdout.write("good\n");

function summaryOf({ webSockets, sessions, takenSlowly, memory, drained }: SoakReport): readonly string[] {
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  const figures = ({ values, resident }: { values: number; resident: number }): string =>
    `${values.toFixed(1)} MiB of values, ${resident.toFixed(1)} MiB resident`;
  return [
    `${options.seconds} s`,
    `${webSockets.length} WebSockets: ${sum(webSockets.map(({ answered }) => answered))} pings answered, ` +
      `${sum(webSockets.map(({ pinged }) => pinged))} pings of the server`,
    `${sessions.length} HTTP/2 connections: ${sum(sessions.map(({ answered }) => answered))} requests answered, ` +
      `${sum(sessions.map(({ refused }) => refused))} refused while draining`,
    `slow readers: ${takenSlowly.map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`).join(", ")}`,
    `in the middle: ${figures(memory.middle)}`,
    `at the end:    ${figures(memory.end)}`,
    `drained in ${drained.milliseconds.toFixed(0)} ms of ${options.drainMs}`,
  ];
}
