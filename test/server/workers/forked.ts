import { silentLog } from "../../../src/observe/log.ts";
import type { ToWorker } from "../../../src/server/workers/messages.ts";
import { Supervisor } from "../../../src/server/workers/supervisor.ts";
import type { Fork, WorkerListener } from "../../../src/server/workers/worker-process.ts";
import type { WorkerStart } from "../../../src/server/workers/worker-start.ts";

/** A process that the test plays. */
export class Forked {
  readonly start: WorkerStart;
  readonly listener: WorkerListener;
  readonly heard: ToWorker[] = [];
  isKilled = false;

  constructor(start: WorkerStart, listener: WorkerListener) {
    this.start = start;
    this.listener = listener;
  }

  ready(port = 0): void {
    this.listener.received({ kind: "ready", ports: [port] });
  }

  fails(text: string): void {
    this.listener.received({ kind: "failed", text, exitCode: 3 });
    this.listener.ended("exit code 3");
  }

  get stops(): readonly string[] {
    return this.heard.flatMap((message) => (message.kind === "stop" ? [message.how] : []));
  }
}

/** A supervisor of processes that the test plays. */
export class Rig {
  readonly forked: Forked[] = [];
  readonly told: string[] = [];
  readonly supervisor: Supervisor;
  exitCode: number | null = null;

  constructor(count: number) {
    const fork: Fork = (start, listener) => {
      const forked = new Forked(start, listener);
      this.forked.push(forked);
      return {
        pid: this.forked.length,
        send: (message) => forked.heard.push(message),
        kill: () => {
          forked.isKilled = true;
          forked.listener.ended("SIGKILL");
        },
      };
    };
    const tell = (text: string): void => void this.told.push(text);
    this.supervisor = new Supervisor({ count, drainTimeout: 1_000, log: silentLog, fork, tell });
    void this.supervisor.whenEnded.then((code) => {
      this.exitCode = code;
    });
    this.supervisor.start();
  }

  at(index: number): Forked {
    const forked = this.forked.at(index);
    if (forked === undefined) throw new Error(`Only ${this.forked.length} were started`);
    return forked;
  }

  /** All answer. */
  allReady(port = 0): void {
    for (let index = 0; index < this.forked.length; index++) this.at(index).ready(port);
  }
}

/** Lets what waits for promises go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
