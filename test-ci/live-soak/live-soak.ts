import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { areEnough, type MemoryTrend, trendOf } from "../soak/memory-trend.ts";
import { SoakProcess } from "../soak/process/asking.ts";
import type { ClientsAnswers, ClientsReport } from "./clients/report.ts";
import type { LiveSoakOptions } from "./options.ts";
import type { LiveServerAnswers, LiveServerReport } from "./server/report.ts";
import type { WritersAnswers, WritersReport } from "./writers/report.ts";

/** Everything that came of it. */
export interface LiveSoakReport {
  readonly memory: MemoryTrend;
  /** All that was measured in the course of it. */
  readonly course: readonly LiveServerReport[];
  readonly clients: ClientsReport;
  readonly writers: WritersReport;
  /** Clients that have not got all that was written, though they stayed and had time. */
  readonly behind: readonly string[];
  /** When all clients were there once more. */
  readonly settled: LiveServerReport;
  /** When all clients were gone. */
  readonly left: LiveServerReport;
}

/** How long may pass until what must come has come; only a failure takes so long. */
const patienceMs = 60_000;

/** Clients join, leave and stall while others write; then all stay, the writers stop, and everyone must have everything. */
export async function liveSoak({ seconds }: LiveSoakOptions): Promise<LiveSoakReport> {
  const server = new SoakProcess<LiveServerAnswers>(script("server"));
  const started: SoakProcess<object>[] = [server];
  try {
    const port = await server.ask("port");
    const writers = new SoakProcess<WritersAnswers>(script("writers"), [port]);
    const clients = new SoakProcess<ClientsAnswers>(script("clients"), [port]);
    started.push(writers, clients);
    const course = await watch(server, seconds);
    await clients.ask("settle", patienceMs);
    await writers.ask("stop");
    const behind = await clients.ask("behind", patienceMs);
    const settled = await server.ask("report");
    const reports = { clients: await clients.ask("report"), writers: await writers.ask("report") };
    clients.kill();
    writers.kill();
    const left = await whenLeft(server);
    await server.ask("stop");
    return { memory: trendOf(course), course, ...reports, behind, settled, left };
  } finally {
    for (const process of started) process.kill();
  }
}

/**
 * A hundred samples at most, and no more than one in a second: to collect all garbage takes a while. A short run goes on until a trend can be
 * told of it.
 */
async function watch(
  server: SoakProcess<LiveServerAnswers>,
  seconds: number,
): Promise<readonly LiveServerReport[]> {
  const everyMs = Math.max(1_000, seconds * 10);
  const endsAt = performance.now() + seconds * 1000;
  const reports: LiveServerReport[] = [];
  while (performance.now() < endsAt || !areEnough(reports)) {
    await pause(everyMs);
    reports.push(await server.ask("report"));
  }
  return reports;
}

/** The metrics are asked for on a connection, which is the one that may be left. */
async function whenLeft(server: SoakProcess<LiveServerAnswers>): Promise<LiveServerReport> {
  let report = await server.ask("report");
  for (const endsAt = performance.now() + patienceMs; performance.now() < endsAt; ) {
    const hasLeft = report.watches + report.members === 0 && report.connections <= 1;
    // What they had is only free once all that their end has set off is over.
    await pause(1_000);
    report = await server.ask("report");
    if (hasLeft) break;
  }
  return report;
}

function script(folder: string): string {
  return join(import.meta.dirname, folder, "main.ts");
}
