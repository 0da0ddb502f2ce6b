import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { hash } from "./content.ts";

/** What a client's process left behind. */
export interface ClientResult {
  readonly bytes: number;
  readonly sha256: string;
  /** What it wrote to standard error. */
  readonly told: string;
}

/** Runs a client that writes the content it got to standard output. Rejects when it fails. */
export async function download(command: string, args: readonly string[]): Promise<ClientResult> {
  const [result, told] = await run(command, args, hash);
  return { ...result, told };
}

/** Runs a client; resolves with what it wrote to standard output. Rejects when it fails. */
export async function output(command: string, args: readonly string[]): Promise<string> {
  const [written] = await run(command, args, text);
  return written;
}

async function run<T>(
  command: string,
  args: readonly string[],
  read: (output: NodeJS.ReadableStream & AsyncIterable<Uint8Array>) => Promise<T>,
): Promise<[result: T, told: string]> {
  const client = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const exit = once(client, "close");
  const [result, told] = await Promise.all([read(client.stdout), text(client.stderr)]);
  const [code] = await exit;
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${told}`);
  return [result, told];
}
