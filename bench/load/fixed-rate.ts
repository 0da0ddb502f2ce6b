import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadCore } from "../machine/server-process.ts";
import { connections } from "./wrk.ts";

const run = promisify(execFile);

export interface FixedRateOptions {
  readonly port: number;
  /** Requests a second. */
  readonly rate: number;
  readonly seconds: number;
  /** File with a path a line. */
  readonly paths: string;
}

/** Milliseconds, from when a request was due to when its answer was whole. */
export interface Latencies {
  /** Requests a second that were answered in fact. */
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}

/** Runs the loader of open-loop.ts. */
export async function fixedRate({ port, rate, seconds, paths }: FixedRateOptions): Promise<Latencies> {
  const { stdout } = await run("taskset", [
    ...["--cpu-list", loadCore, process.execPath, join(import.meta.dirname, "open-loop.ts")],
    ...["--port", String(port), "--rate", String(rate), "--seconds", String(seconds)],
    ...["--connections", String(connections), "--paths", paths],
  ]);
  return JSON.parse(stdout) as Latencies;
}
