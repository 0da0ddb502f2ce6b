import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { loadCore } from "../../machine/server-process.ts";
import { whileOpen } from "../idle-process.ts";
import type { Load } from "../load.ts";
import type { DialectName } from "./dialects.ts";

/** Milliseconds from when a message was due until the last receiver had it. */
export interface Delays {
  /** Messages a second that all have got in fact. */
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
}

/** Many who are told what one publishes. */
export interface Audience {
  readonly port: number;
  readonly dialect: DialectName;
  readonly receivers: number;
}

/** Runs the loader of deliveries.ts; `begun` is told when all are connected. */
export function deliveries(
  { port, dialect, receivers }: Audience,
  { burst, seconds }: { readonly burst: number; readonly seconds: number },
  begun: () => void,
): Promise<Load> {
  return runLoader("deliveries.ts", { port, dialect, receivers, burst, seconds }, begun);
}

/** Runs the loader of delays.ts. */
export function delays(
  { port, dialect, receivers }: Audience,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
): Promise<Delays> {
  return runLoader("delays.ts", { port, dialect, receivers, rate, seconds }, () => {});
}

/** Runs the loader of calls.ts. */
export function calls(
  port: number,
  options: { readonly calls: number; readonly seconds: number },
  begun: () => void,
): Promise<Load> {
  return runLoader("calls.ts", { port, ...options }, begun);
}

/** Runs the loader of idle.ts while something else is done. */
export function whileConnected<T>(
  { port, dialect, receivers }: Audience,
  work: () => Promise<T>,
): Promise<T> {
  return whileOpen(toCommand("idle.ts", { port, dialect, receivers }), work);
}

type Options = Readonly<Record<string, string | number>>;

/** Loaders say `open` when they begin, and write their result when they end. */
async function runLoader<Result>(file: string, options: Options, begun: () => void): Promise<Result> {
  const [command = "", ...words] = toCommand(file, options);
  const loader = spawn(command, words, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  loader.stdout.once("data", begun);
  loader.stdout.setEncoding("utf8").on("data", (part: string) => {
    output += part;
  });
  await once(loader, "close");
  // What ends it early, it has said on standard error.
  if (loader.exitCode !== 0) throw new Error(`${file} has failed: ${JSON.stringify(options)}`);
  return JSON.parse(output.slice(output.indexOf("{"))) as Result;
}

function toCommand(file: string, options: Options): readonly string[] {
  return [
    ...["taskset", "--cpu-list", loadCore, process.execPath, join(import.meta.dirname, file)],
    ...Object.entries(options).map(([name, value]) => `--${name}=${value}`),
  ];
}
