import type { RelayMember } from "../../events/relay-member.ts";
import type { MetricsReport } from "../../observe/metrics-report.ts";
import type { StopWay } from "./messages.ts";
import type { WorkerProcess } from "./worker-process.ts";
import type { WorkerStart } from "./worker-start.ts";

/** Milliseconds that one may take to end when it is told to end at once, and beyond its drain. */
const grace = 2_000;

/** One worker from its start to its end; the one that comes after it is another. */
export class Worker {
  readonly start: WorkerStart;
  readonly process: WorkerProcess;
  readonly member: RelayMember;
  readonly #ended: PromiseWithResolvers<void>;
  readonly #ready: PromiseWithResolvers<boolean>;
  /** `performance.now()` since which it answers; null before. */
  readySince: number | null;
  /** Whether it was told to end. */
  isStopping: boolean;
  /** It has said that it answered everything. */
  hasLeft: boolean;
  /** What it said that stands in the way of its start. */
  failure: string | null;
  exitCode: number;
  /** What it counted when it was last asked. */
  lastReport: MetricsReport;

  constructor(start: WorkerStart, process: WorkerProcess, member: RelayMember) {
    this.start = start;
    this.process = process;
    this.member = member;
    this.#ended = Promise.withResolvers();
    this.#ready = Promise.withResolvers();
    this.readySince = null;
    this.isStopping = false;
    this.hasLeft = false;
    this.failure = null;
    this.exitCode = 1;
    this.lastReport = [];
  }

  /** It answers, and is not about to end. */
  get isServing(): boolean {
    return this.readySince !== null && !this.isStopping;
  }

  get whenEnded(): Promise<void> {
    return this.#ended.promise;
  }

  /** True when it answers; false when it has ended before. */
  get whenReady(): Promise<boolean> {
    return this.#ready.promise;
  }

  becameReady(): void {
    this.readySince = performance.now();
    this.#ready.resolve(true);
  }

  ended(): void {
    this.#ready.resolve(false);
    this.#ended.resolve();
  }

  /** Tells it to end; one that does not in time is killed. Resolves when it has ended. */
  async stop(how: StopWay, drainTimeout: number): Promise<void> {
    this.isStopping = true;
    this.process.send({ kind: "stop", how });
    const patience = setTimeout(() => this.process.kill(), how === "now" ? grace : drainTimeout + grace);
    await this.whenEnded;
    clearTimeout(patience);
  }
}
