import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadCore } from "../machine/server-process.ts";

const run = promisify(execFile);
const script = join(import.meta.dirname, "wrk.lua");

/** What wrk shall do: as many requests as go through its connections, one after the other on each. */
export interface WrkOptions {
  /** With the path, where there is no file of paths. */
  readonly origin: string;
  readonly seconds: number;
  /** File with a path a line. */
  readonly paths?: string;
  /** POSTed to each of them; GET without. */
  readonly body?: string | undefined;
}

export interface WrkResult {
  readonly requests: number;
  readonly seconds: number;
  /** Milliseconds from when a request was sent to when its answer was whole, at these parts of all. */
  readonly latencies: { readonly p50: number; readonly p99: number; readonly p999: number };
}

export const connections = 64;

/** Loads a server with wrk (closed loop). Throws when a request fails. */
export async function wrk({ origin, seconds, paths, body }: WrkOptions): Promise<WrkResult> {
  const { stdout } = await run("taskset", [
    ...["--cpu-list", loadCore, "wrk", "--threads", "1", "--connections", String(connections)],
    ...["--duration", `${seconds}s`, "--timeout", "20s", "--script", script, origin],
    ...(paths === undefined ? [] : ["--", paths]),
    ...(body === undefined ? [] : [body]),
  ]);
  const line = stdout.trim().split("\n").at(-1) ?? "";
  const result = JSON.parse(line) as Record<
    "requests" | "microseconds" | "failed" | "p50" | "p99" | "p999",
    number
  >;
  const { requests, microseconds, failed, p50, p99, p999 } = result;
  if (failed !== 0) throw new Error(`wrk at ${origin}: ${stdout}`);
  const latencies = { p50: p50 / 1000, p99: p99 / 1000, p999: p999 / 1000 };
  return { requests, seconds: microseconds / 1e6, latencies };
}
