import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { BusyAnswers, BusyReport } from "./busy/report.ts";
import { type MemoryTrend, trendOf } from "./memory-trend.ts";
import type { SoakOptions } from "./options.ts";
import { SoakProcess } from "./process/asking.ts";
import { until } from "./process/until.ts";
import type { ServerAnswers, ServerReport } from "./server/report.ts";
import type { SlowAnswers, SlowReport } from "./slow/report.ts";
import { argumentsOf } from "./target.ts";
import type { WebSocketsAnswers, WebSocketsReport } from "./websockets/report.ts";

/** Everything that came of it. */
export interface SoakReport {
  readonly memory: MemoryTrend;
  /** All that was measured in the course of it. */
  readonly course: readonly ServerReport[];
  /** When the server was about to drain: nobody came or left any more. */
  readonly before: Load & { readonly server: ServerReport };
  /** Idle WebSockets that answered then. */
  readonly alive: number;
  /** Milliseconds. */
  readonly drain: number;
  readonly after: Load & { readonly server: ServerReport };
  readonly exitCode: number | null;
}

/** What the load saw. */
export interface Load {
  readonly webSockets: WebSocketsReport;
  readonly busy: BusyReport;
  readonly slow: readonly SlowReport[];
}

/** The processes of the load. */
interface LoadProcesses {
  readonly webSockets: SoakProcess<WebSocketsAnswers>;
  readonly busy: SoakProcess<BusyAnswers>;
  readonly slow: SoakProcess<SlowAnswers>;
}

/** How long may pass until what must come has come; only a failure takes so long. */
const patienceMs = 30_000;

/** Everything at once for a while, and then the server drains with all of it in flight. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const server = new SoakProcess<ServerAnswers>(script("server"), [String(options.isSecure)]);
  const started: SoakProcess<object>[] = [server];
  try {
    const target = argumentsOf({ port: await server.ask("port"), isSecure: options.isSecure });
    const load: LoadProcesses = {
      webSockets: new SoakProcess(script("websockets"), [...target, options.idleWebSockets]),
      busy: new SoakProcess(script("busy"), [...target, options.busyConnections]),
      slow: new SoakProcess(script("slow"), target),
    };
    started.push(...Object.values(load));
    // All idle WebSockets are open.
    await load.webSockets.ask("open");
    const course = await watch(server, options.seconds);
    const alive = await load.webSockets.ask("check", options.sample);
    const before = await settle(server, load, options.busyConnections);
    const drain = await server.ask("drain", options.drainMs);
    const after = { ...(await endOf(load)), server: await server.ask("report") };
    await server.ask("leave");
    const exitCode = await server.exitCode(patienceMs);
    return { memory: trendOf(course), course, before, alive, drain, after, exitCode };
  } finally {
    for (const process of started) process.kill();
  }
}

/** A hundred samples at most, and no more than two in a second: to collect all garbage takes a while. */
async function watch(server: SoakProcess<ServerAnswers>, seconds: number): Promise<readonly ServerReport[]> {
  const everyMs = Math.max(500, seconds * 10);
  const endsAt = performance.now() + seconds * 1000;
  const reports: ServerReport[] = [];
  while (performance.now() < endsAt) {
    await pause(everyMs);
    reports.push(await server.ask("report"));
  }
  return reports;
}

/** Nobody comes or leaves any more; the server knows it, and the held requests have reached it. */
async function settle(
  server: SoakProcess<ServerAnswers>,
  load: LoadProcesses,
  busyConnections: number,
): Promise<SoakReport["before"]> {
  await Promise.all([load.webSockets.ask("settle"), load.busy.ask("hold")]);
  const reports = { ...(await reportOf(load)), server: await server.ask("report") };
  const expected = connectionsOf(reports);
  await until(async () => {
    reports.server = await server.ask("report");
    const { begun, connections } = reports.server;
    return begun["/held"] === busyConnections && connections === expected;
  }, patienceMs);
  return reports;
}

/** Connections that the load has open. */
export function connectionsOf({ webSockets, busy, slow }: Load): number {
  return webSockets.connections + busy.open + slow.length;
}

async function reportOf({ webSockets, busy, slow }: LoadProcesses): Promise<Load> {
  return {
    webSockets: await webSockets.ask("report"),
    busy: await busy.ask("report"),
    slow: await slow.ask("report"),
  };
}

async function endOf({ webSockets, busy, slow }: LoadProcesses): Promise<Load> {
  const [ofWebSockets, ofBusy, ofSlow] = await Promise.all([
    webSockets.ask("end", patienceMs),
    busy.ask("end", patienceMs),
    slow.ask("end", patienceMs),
  ]);
  return { webSockets: ofWebSockets, busy: ofBusy, slow: ofSlow };
}

function script(folder: string): string {
  return join(import.meta.dirname, folder, "main.ts");
}
