import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadCore } from "../machine/server-process.ts";

const run = promisify(execFile);
const script = join(import.meta.dirname, "wrk-bodies.lua");

export interface WrkBodiesOptions {
  /** With the path. */
  readonly url: string;
  readonly seconds: number;
  readonly connections: number;
  /** File with a body a line. */
  readonly bodies: string;
}

export interface WrkBodiesResult {
  readonly requests: number;
  /** Of the answers, head and content. */
  readonly bytes: number;
  readonly seconds: number;
}

/** POSTs bodies with wrk (closed loop). Throws when a request fails. */
export async function wrkBodies({
  url,
  seconds,
  connections,
  bodies,
}: WrkBodiesOptions): Promise<WrkBodiesResult> {
  const { stdout } = await run("taskset", [
    ...["--cpu-list", loadCore, "wrk", "--threads", "1", "--connections", String(connections)],
    ...["--duration", `${seconds}s`, "--timeout", "20s", "--script", script, url, "--", bodies],
  ]);
  const { requests, bytes, microseconds, failed } = JSON.parse(
    stdout.trim().split("\n").at(-1) ?? "",
  ) as Record<string, number>;
  if (requests === undefined || bytes === undefined || microseconds === undefined || failed !== 0)
    throw new Error(`wrk at ${url}: ${stdout}`);
  return { requests, bytes, seconds: microseconds / 1e6 };
}
