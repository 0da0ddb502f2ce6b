import cluster from "node:cluster";
import { enclose, type FromWorker, open, type ToWorker } from "./messages.ts";
import { toEnvironment, type WorkerStart } from "./worker-start.ts";

/** A worker's process, as the primary sees it. */
export interface WorkerProcess {
  readonly pid: number;
  send(message: ToWorker): void;
  /** Ends it, whatever it does. */
  kill(): void;
}

/** Hears of a worker's process. */
export interface WorkerListener {
  received(message: FromWorker): void;
  /** It has ended: by an exit code or a signal. */
  ended(how: string): void;
}

/** Starts a worker. */
export type Fork = (start: WorkerStart, listener: WorkerListener) => WorkerProcess;

/**
 * Starts this program once more, as a worker. The primary opens the listening sockets and the workers accept from them
 * (`SCHED_NONE`): there is one queue for each, which outlives every worker, and the primary has no part in a connection.
 */
export const forkWorker: Fork = (start, listener) => {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  const worker = cluster.fork(toEnvironment(start));
  worker.on("message", (received: unknown) => {
    const message = open<FromWorker>(received);
    if (message !== null) listener.received(message);
  });
  // A channel that breaks is followed by the exit.
  worker.on("error", () => undefined);
  // What it said last is read after its end has been noticed: the end of the channel comes after all of it.
  let how: string | null = null;
  let isCutOff = false;
  const end = (): void => {
    if (how !== null && isCutOff) listener.ended(how);
  };
  worker.once("exit", (code: number | null, signal: string | null) => {
    how = signal ?? `exit code ${code}`;
    end();
  });
  worker.once("disconnect", () => {
    isCutOff = true;
    end();
  });
  return {
    pid: worker.process.pid ?? 0,
    send: (message) => {
      if (worker.isConnected()) worker.send(enclose(message), () => undefined);
    },
    kill: () => {
      worker.process.kill("SIGKILL");
    },
  };
};
