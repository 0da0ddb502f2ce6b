import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadCore } from "../machine/server-process.ts";
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
export async function withIdle<T>(port: number, connections: number, work: () => Promise<T>): Promise<T> {
  const [command = "", ...words] = toCommand("websocket-idle.ts", { port, connections });
  const loader = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(loader, "exit");
  try {
    // What ends it early, it has said on standard error.
    const isOpen = await Promise.race([once(loader.stdout, "data").then(() => true), exit.then(() => false)]);
    if (!isOpen) throw new Error(`${connections} connections could not be opened`);
    return await work();
  } finally {
    loader.kill("SIGKILL");
    await exit;
  }
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
