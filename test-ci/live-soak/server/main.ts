import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "fourfold/server";
import { answerQuestions } from "../../soak/process/asked.ts";
import { get } from "../get.ts";
import api from "./api.ts";
import type { LiveServerReport } from "./report.ts";

/** The server of the soak, in a process of its own: as applications have it, on a database in a file. */

const folder = mkdtempSync(join(tmpdir(), "fourfold-live-soak-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
const server = await serve(api, {
  listen: ["127.0.0.1:0"],
  database: `sqlite:${join(folder, "soak.sqlite")}`,
  logLevel: "silent",
});
const port = Number(/:(\d+)$/.exec(server.origins[0] ?? "")?.[1]);

answerQuestions({
  port: () => port,
  report,
  stop: async () => {
    await server.close("now");
    return true;
  },
});

async function report(): Promise<LiveServerReport> {
  // Twice: what has a finalizer goes one round later. There by --expose-gc.
  for (let round = 0; round < 2; round++) globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  const metrics = await get(port, "/metrics");
  const sum = (name: string): number =>
    [...metrics.matchAll(new RegExp(`^fourfold_${name}(?:\\{.*\\})? (\\d+)$`, "gm"))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  return {
    seconds: performance.now() / 1000,
    resident: rss / 2 ** 20,
    values: (heapUsed + external) / 2 ** 20,
    requests: sum("request_duration_seconds_count"),
    connections: sum("connections"),
    watches: sum("watches"),
    members: sum("channel_connections"),
    tooSlow: sum("watch_ended_total"),
    closedSlow: sum("channel_closed_slow_total"),
    missed: sum("channel_missed_total"),
  };
}
