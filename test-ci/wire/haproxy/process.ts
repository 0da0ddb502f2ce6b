import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";

/** By then something is wrong. */
const mostStartMs = 10_000;

/** A running haproxy. */
export class HaproxyProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Resolves when it listens at all of the ports. */
  static async start(configuration: string, ports: readonly number[]): Promise<HaproxyProcess> {
    const child = spawn("haproxy", ["-db", "-f", configuration], { stdio: ["ignore", "ignore", "pipe"] });
    let told = "";
    child.stderr.on("data", (chunk) => {
      told += String(chunk);
    });
    const until = Date.now() + mostStartMs;
    for (const port of ports)
      while (!(await isOpen(port))) {
        if (child.exitCode !== null || Date.now() > until) {
          child.kill("SIGKILL");
          throw new Error(`haproxy does not listen: ${told}`);
        }
        await pause(20);
      }
    return new HaproxyProcess(child);
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    await exit;
  }
}

function isOpen(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  return new Promise((resolve) => {
    socket.on("connect", () => resolve(true));
    socket.on("error", () => resolve(false));
  }).then((is) => {
    socket.destroy();
    return is === true;
  });
}

/** Ports that are free now, for a program that cannot choose them itself. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    ports.push(address.port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
