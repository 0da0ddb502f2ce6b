import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** The processor of servers; the load comes from the other one. */
export const serverCore = "0";
export const loadCore = "1";

/** By then something is wrong. */
const mostStartMs = 30_000;
const mostStopMs = 3_000;

/** How a server under test is started. */
export interface ServerCommand {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Asked until it says yes. */
  readonly isReady: (port: number) => Promise<boolean>;
}

/** A server under test, in a process of its own on its own core. */
export class ServerProcess {
  readonly port: number;
  readonly pid: number;
  /** Milliseconds from the start of the process to its first answer. */
  readonly startMs: number;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, startMs: number) {
    this.#child = child;
    this.pid = child.pid ?? 0;
    this.port = port;
    this.startMs = startMs;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when the server has answered for the first time. */
  static async start({ command, environment, isReady }: ServerCommand): Promise<ServerProcess> {
    const port = await freePort();
    const words = command.map((word) => word.replaceAll("{port}", String(port)));
    const startedAt = performance.now();
    const child = spawnOnCore(words, { ...environment, PORT: String(port) });
    let complaints = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaints += text;
    });
    while (!(await isReady(port))) {
      const isLate = performance.now() - startedAt > mostStartMs;
      if (isLate) child.kill("SIGKILL");
      if (isLate || child.exitCode !== null)
        throw new Error(`${words.join(" ")} is not there:\n${complaints}`);
      await pause(1);
    }
    return new ServerProcess(child, port, performance.now() - startedAt);
  }

  /** As a user stops it, so that Node writes its compile cache for the next start; one that does not end in time is killed. */
  async stop(): Promise<void> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const late = setTimeout(() => this.#child.kill("SIGKILL"), mostStopMs);
    await ended;
    clearTimeout(late);
  }
}

function spawnOnCore(words: readonly string[], environment: Readonly<Record<string, string>>): ChildProcess {
  return spawn("taskset", ["--cpu-list", serverCore, ...words], {
    cwd: import.meta.dirname,
    env: { PATH: process.env["PATH"], NODE_ENV: "production", ...environment },
    // Logs go where they cost the least, for all alike.
    stdio: ["ignore", openSync("/dev/null", "w"), "pipe"],
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("There is no free port");
  return address.port;
}
