import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { freePort } from "../postgres/temporary-postgres.ts";
import { until } from "../postgres/until.ts";

/** Why tests on NATS are skipped here; false where they can be run. */
export const natsNotTested: string | false = isInstalled()
  ? false
  : "NOT TESTED: nats-server is not installed";

function isInstalled(): boolean {
  try {
    execFileSync("nats-server", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** A nats-server of a test's own, or one of a cluster. */
export class NatsProcess {
  readonly port: number;
  readonly #words: readonly string[];
  #process: ChildProcess | null = null;

  constructor(port: number, words: readonly string[] = []) {
    this.port = port;
    this.#words = words;
  }

  static async start(words: readonly string[] = []): Promise<NatsProcess> {
    const server = new NatsProcess(await freePort(), words);
    await server.start();
    return server;
  }

  get url(): string {
    return `nats://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const words = ["-a", "127.0.0.1", "-p", String(this.port), ...this.#words];
    this.#process = spawn("nats-server", words, { stdio: "ignore" });
    await until(() => this.#answers(), "nats-server");
  }

  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = null;
    if (running === null || running.exitCode !== null) return;
    const exited = once(running, "exit");
    running.kill("SIGKILL");
    await exited;
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = createConnection(this.port, "127.0.0.1");
      socket.once("data", () => resolve(true));
      socket.once("error", () => resolve(false));
      socket.once("close", () => resolve(false));
      socket.once("data", () => socket.destroy());
    });
  }
}
