import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { Client, Target } from "./client.ts";

/** A program that carries out calls: it is told each by a line of JSON on standard input, and answers by one. */
export function startClient(command: string, args: readonly string[], folder: string): Client {
  const program = spawn(command, args, { cwd: folder, stdio: ["pipe", "pipe", "pipe"] });
  const exit = once(program, "exit");
  const told = text(program.stderr);
  const lines = createInterface(program.stdout)[Symbol.asyncIterator]();
  return {
    async ask(asked) {
      program.stdin.write(`${JSON.stringify(asked)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${command} ended: ${await told}`);
      return JSON.parse(value);
    },
    async [Symbol.asyncDispose]() {
      program.stdin.end();
      const [code] = await exit;
      if (code !== 0) throw new Error(`${command} ended with ${code}: ${await told}`);
    },
  };
}

/** What such a program is started with: where to, whom to trust, and how often to ping. */
export function argumentsOf({ port, isSecure, certificate }: Target, keepaliveMs: number): readonly string[] {
  return [`localhost:${port}`, isSecure ? certificate : "", String(keepaliveMs)];
}
