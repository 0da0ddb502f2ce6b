import cluster from "node:cluster";
import { createLogging } from "../observe/logging.ts";
import type { ServeOptions } from "../server/options.ts";
import { StartError } from "../server/start-error.ts";
import { Supervisor } from "../server/workers/supervisor.ts";
import { forkWorker } from "../server/workers/worker-process.ts";

/**
 * Runs this program in several processes at the same addresses: at SIGTERM or SIGINT all drain, at a second one they end at
 * once; at SIGHUP each gives its place to a new one.
 */
export async function runWorkers(count: number, options: ServeOptions): Promise<void> {
  assertCanFork(count);
  const { logLevel = "info", logDestination } = options;
  const destination = logDestination === undefined ? {} : { destination: logDestination };
  const logging = createLogging({ level: logLevel, shared: true, ...destination });
  const supervisor = new Supervisor({
    count,
    drainTimeout: options.drainTimeout ?? 10_000,
    log: logging.log,
    fork: forkWorker,
    tell: (text) => process.stderr.write(`${text}\n`),
  });
  process.on("SIGTERM", () => supervisor.stop());
  process.on("SIGINT", () => supervisor.stop());
  process.on("SIGHUP", () => void supervisor.restart());
  supervisor.start();
  const code = await supervisor.whenEnded;
  logging.close();
  process.exit(code);
}

function assertCanFork(count: number): void {
  const wanted = `${count} workers are asked for`;
  if (!cluster.isPrimary)
    throw new StartError(
      `${wanted} in a process that is a worker already: leave out --workers, or what started it`,
    );
  if (process.argv[1] === undefined)
    throw new StartError(
      `${wanted}, and each runs this program once more, which is in no file: put it in one`,
    );
}
