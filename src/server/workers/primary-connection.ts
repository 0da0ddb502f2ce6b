import type { EventBus } from "../../events/event-bus.ts";
import { RelayedBus } from "../../events/relayed-bus.ts";
import type { MetricsReport, OwnedReport } from "../../observe/metrics-report.ts";
import type { Siblings } from "../siblings.ts";
import type { FromWorker, ToWorker } from "./messages.ts";
import type { WorkerStart } from "./worker-start.ts";

/** What the primary asks a worker for. */
export interface WorkerDuties {
  stop(how: "handOver" | "drain" | "now"): void;
  /** Null where there are no metrics, or not yet. */
  report(): Promise<MetricsReport | null>;
}

/** A worker's connection with the primary, and over it with the others. */
export class PrimaryConnection implements Siblings {
  readonly count: number;
  readonly seeds: boolean;
  readonly bus: EventBus;
  readonly #relayed: RelayedBus;
  readonly #send: (message: FromWorker) => Promise<void>;
  readonly #duties: WorkerDuties;
  readonly #gathering: Map<number, PromiseWithResolvers<readonly OwnedReport[]>>;
  #lastId: number;
  #isLost: boolean;

  /** `send` resolves when the message is on its way, whether there is still a primary or not. */
  constructor(start: WorkerStart, send: (message: FromWorker) => Promise<void>, duties: WorkerDuties) {
    this.count = start.count;
    this.seeds = start.isFirst;
    this.#relayed = new RelayedBus((message) => void send({ kind: "relay", message }));
    this.bus = this.#relayed;
    this.#send = send;
    this.#duties = duties;
    this.#gathering = new Map();
    this.#lastId = 0;
    this.#isLost = false;
  }

  /** Resolves when nothing is missed any more of what the others publish. */
  join(): Promise<void> {
    return this.#relayed.join();
  }

  /** Tells the primary that this worker answers. */
  ready(ports: readonly number[]): Promise<void> {
    return this.#send({ kind: "ready", ports });
  }

  /** Tells the primary why this worker cannot start. */
  failed(text: string, exitCode: number): Promise<void> {
    return this.#send({ kind: "failed", text, exitCode });
  }

  /** The last thing that a worker says. */
  leave(report: MetricsReport | null): Promise<void> {
    return this.#send({ kind: "leaving", report });
  }

  async reports(own: MetricsReport): Promise<readonly OwnedReport[]> {
    const alone = [{ worker: null, report: own }];
    if (this.#isLost) return alone;
    this.#lastId += 1;
    const id = this.#lastId;
    const gathering = Promise.withResolvers<readonly OwnedReport[]>();
    this.#gathering.set(id, gathering);
    await this.#send({ kind: "gather", id, own });
    const reports = await gathering.promise;
    return reports.length === 0 ? alone : reports;
  }

  received(message: ToWorker): void {
    switch (message.kind) {
      case "stop":
        this.#duties.stop(message.how);
        return;
      case "relay":
        this.#relayed.received(message.message);
        return;
      case "report":
        void this.#report(message.id);
        return;
      case "gathered":
        this.#gathering.get(message.id)?.resolve(message.reports);
        this.#gathering.delete(message.id);
    }
  }

  /** There is no primary any more: nobody is waited for. */
  lost(): void {
    this.#isLost = true;
    this.#relayed.close();
    for (const gathering of this.#gathering.values()) gathering.resolve([]);
    this.#gathering.clear();
  }

  async #report(id: number): Promise<void> {
    await this.#send({ kind: "report", id, report: await this.#duties.report() });
  }
}
