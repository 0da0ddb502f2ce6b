import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadCore } from "../machine/server-process.ts";
import { whileOpen } from "./idle-process.ts";
import type { Load } from "./load.ts";

const run = promisify(execFile);

/** Runs the loader of websocket-echo.ts. */
export function echoes(port: number, connections: number, seconds: number): Promise<Load> {
  return runLoader("websocket-echo.ts", { port, connections, seconds });
}

/** Runs the loader of websocket-broadcast.ts. */
export function deliveries(
  port: number,
  { receivers, burst }: { readonly receivers: number; readonly burst: number },
  seconds: number,
): Promise<Load> {
  return runLoader("websocket-broadcast.ts", { port, receivers, burst, seconds });
}

/** Runs the loader of websocket-idle.ts while something else is done. */
export function withIdle<T>(port: number, connections: number, work: () => Promise<T>): Promise<T> {
  return whileOpen(toCommand("websocket-idle.ts", { port, connections }), work);
}

async function runLoader(file: string, options: Readonly<Record<string, number>>): Promise<Load> {
  const [command = "", ...words] = toCommand(file, options);
  const { stdout } = await run(command, words);
  return JSON.parse(stdout) as Load;
}

function toCommand(file: string, options: Readonly<Record<string, number>>): readonly string[] {
  return [
    ...["taskset", "--cpu-list", loadCore, process.execPath, join(import.meta.dirname, file)],
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
  ];
}
