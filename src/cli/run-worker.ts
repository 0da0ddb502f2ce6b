import cluster from "node:cluster";
import type { Api } from "../define/api.ts";
import type { ServeOptions } from "../server/options.ts";
import { startServer } from "../server/serve.ts";
import type { RunningServer, Server } from "../server/server.ts";
import { enclose, type FromWorker, open, type StopWay, type ToWorker } from "../server/workers/messages.ts";
import { PrimaryConnection } from "../server/workers/primary-connection.ts";
import { chosenPorts, type WorkerStart, withPorts } from "../server/workers/worker-start.ts";
import { greeting } from "./greeting.ts";
import { describe } from "./tell.ts";

/** What a worker serves. */
export interface WorkerRun {
  readonly api: Api;
  /** Read here, so that a mistake in them reaches the primary as every other does. */
  readonly readOptions: () => ServeOptions;
  readonly start: WorkerStart;
  readonly greet: ((server: Server) => Promise<readonly string[]>) | undefined;
}

/** Serves an API in one of several processes. The primary hears what the first says to people. */
export async function runWorker({ api, readOptions, start, greet }: WorkerRun): Promise<void> {
  const worker = new ServingWorker(start);
  try {
    const options = readOptions();
    const listen = options.listen ?? [":8000"];
    await worker.primary.join();
    const server = await startServer(
      api,
      { ...options, listen: withPorts(listen, start.ports) },
      worker.primary,
    );
    worker.server = server;
    await worker.primary.ready(chosenPorts(withPorts(listen, start.ports), server.ports));
    if (start.isFirst) process.stderr.write(await greeting(api, server, greet, start.count));
  } catch (thrown) {
    const { text, exitCode } = describe(thrown);
    await worker.primary.failed(text, exitCode);
    process.exit(exitCode);
  }
}

/** The process of a worker: what the primary and signals make it do. */
class ServingWorker {
  readonly primary: PrimaryConnection;
  /** Null until it answers. */
  server: RunningServer | null;
  #isStopping: boolean;
  /** Someone has signalled this process itself. */
  #isSignalled: boolean;

  constructor(start: WorkerStart) {
    this.server = null;
    this.#isStopping = false;
    this.#isSignalled = false;
    this.primary = new PrimaryConnection(start, send, {
      stop: (how) => void this.#stop(how),
      report: async () => (await this.server?.report()) ?? null,
    });
    process.on("message", (received) => {
      const message = open<ToWorker>(received);
      if (message !== null) this.primary.received(message);
    });
    cluster.worker?.once("disconnect", () => this.#primaryLost());
    // A terminal sends these to all processes of a program; it is the primary that decides what they mean.
    process.on("SIGINT", () => undefined);
    process.on("SIGHUP", () => undefined);
    process.on("SIGTERM", () => this.#signalled());
  }

  /** A service manager may signal all processes of a program: what the primary has asked for already comes first. */
  #signalled(): void {
    if (this.#isSignalled) void this.#stop("now");
    else if (!this.#isStopping) void this.#stop("handOver");
    this.#isSignalled = true;
  }

  async #stop(how: StopWay): Promise<void> {
    this.#isStopping = true;
    const { server } = this;
    if (server === null) process.exit(0);
    try {
      await (how === "handOver" ? server.handOver() : server.close(how));
      await this.primary.leave(await server.report());
    } catch {
      process.exit(1);
    }
    process.exit(how === "now" ? 1 : 0);
  }

  /** Nobody would start others, or end this one: it answers what it has taken, and ends. */
  #primaryLost(): void {
    // Else node:cluster exits at once.
    if (cluster.worker !== undefined) cluster.worker.exitedAfterDisconnect = true;
    this.primary.lost();
    void this.#stop("drain");
  }
}

/** Resolves when the message is on its way to the primary, or there is none any more. */
function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(enclose(message), undefined, undefined, () => resolve());
  });
}
