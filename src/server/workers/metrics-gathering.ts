import type { MetricsReport, OwnedReport, ReportedMetric } from "../../observe/metrics-report.ts";
import type { Worker } from "./worker.ts";

/** Milliseconds that a worker has to report; what is known of one that does not is from the last time. */
const patienceMs = 1_000;

/** The metrics of all workers, for the one that was asked for them. The primary passes them on, and puts nothing together. */
export class MetricsGathering {
  readonly #workers: ReadonlySet<Worker>;
  readonly #askers: Map<number, Question>;
  /** The sums of workers that are gone. */
  #retired: Promise<MetricsReport>;
  #lastId: number;
  #starts: number;

  constructor(workers: ReadonlySet<Worker>) {
    this.#workers = workers;
    this.#askers = new Map();
    this.#retired = Promise.resolve([]);
    this.#lastId = 0;
    this.#starts = 0;
  }

  started(): void {
    this.#starts += 1;
  }

  /** A worker was asked for the metrics of all. */
  async gather(asker: Worker, id: number, own: MetricsReport): Promise<void> {
    asker.lastReport = own;
    await this.#ask([...this.#workers].filter((worker) => worker !== asker && worker.readySince !== null));
    const retired = await this.#retired;
    const reports = [...this.#workers].map(reportOf);
    const nobodys = [this.#own(), retired].map((report) => ({ worker: null, report }));
    asker.process.send({ kind: "gathered", id, reports: [...reports, ...nobodys] });
  }

  reported(worker: Worker, id: number, report: MetricsReport | null): void {
    worker.lastReport = report ?? [];
    this.#askers.get(id)?.answered(worker);
  }

  /** A worker has ended: what it counted still counts. */
  retire(worker: Worker): void {
    for (const question of this.#askers.values()) question.answered(worker);
    if (worker.lastReport.length > 0) this.#retired = this.#add(this.#retired, worker.lastReport);
  }

  async #add(before: Promise<MetricsReport>, report: MetricsReport): Promise<MetricsReport> {
    // Loading prom-client takes 50 ms and some memory, which a primary whose workers do not end is spared.
    const { sumCounts } = await import("../../observe/prom-reports.ts");
    return sumCounts([await before, report]);
  }

  async #ask(workers: readonly Worker[]): Promise<void> {
    if (workers.length === 0) return;
    this.#lastId += 1;
    const id = this.#lastId;
    const question = new Question(workers);
    this.#askers.set(id, question);
    for (const worker of workers) worker.process.send({ kind: "report", id });
    await question.whenAnswered;
    this.#askers.delete(id);
  }

  #own(): MetricsReport {
    const serving = [...this.#workers].filter(({ isServing }) => isServing).length;
    return [
      plain("fourfold_workers", "Workers that answer", "gauge", serving),
      plain("fourfold_worker_starts_total", "Workers started", "counter", this.#starts),
    ];
  }
}

/** Waits for the answers of several workers. */
class Question {
  readonly #asked: Set<Worker>;
  readonly #answered: PromiseWithResolvers<void>;
  readonly #timer: NodeJS.Timeout;

  constructor(workers: readonly Worker[]) {
    this.#asked = new Set(workers);
    this.#answered = Promise.withResolvers();
    this.#timer = setTimeout(() => this.#answered.resolve(), patienceMs);
  }

  get whenAnswered(): Promise<void> {
    return this.#answered.promise;
  }

  answered(worker: Worker): void {
    this.#asked.delete(worker);
    if (this.#asked.size > 0) return;
    clearTimeout(this.#timer);
    this.#answered.resolve();
  }
}

/** One that is about to end shares its number with its successor: of it there are only sums. */
function reportOf({ start, lastReport, isStopping }: Worker): OwnedReport {
  if (!isStopping) return { worker: String(start.slot), report: lastReport };
  return { worker: null, report: lastReport.filter(({ aggregator }) => aggregator === "sum") };
}

function plain(name: string, help: string, type: "gauge" | "counter", value: number): ReportedMetric {
  return { name, help, type, aggregator: "sum", values: [{ value, labels: {} }] };
}
