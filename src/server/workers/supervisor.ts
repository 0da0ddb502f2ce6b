import { Relay } from "../../events/relay.ts";
import type { Log } from "../../observe/log.ts";
import type { FromWorker, StopWay } from "./messages.ts";
import { MetricsGathering } from "./metrics-gathering.ts";
import { Slot } from "./slot.ts";
import { Worker } from "./worker.ts";
import type { Fork } from "./worker-process.ts";

/** Starts in a row that end soon, while nobody answers, until it is no use to try on. */
const mostFailures = 8;

/** What a supervisor is told. */
export interface SupervisorOptions {
  /** Workers. */
  readonly count: number;
  /** Milliseconds that requests in flight may take to end when a worker stops. */
  readonly drainTimeout: number;
  readonly log: Log;
  readonly fork: Fork;
  /** Tells whoever started the program, in one line. */
  readonly tell: (text: string) => void;
}

/**
 * Keeps a number of workers running. The first starts alone: it brings the database up to date, and what stands in its way
 * would stand in the others' too, and is told once.
 */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #slots: readonly Slot[];
  /** All that have not ended, those included that give their place to another. */
  readonly #workers: Set<Worker>;
  readonly #relay: Relay;
  readonly #metrics: MetricsGathering;
  readonly #ended: PromiseWithResolvers<number>;
  /** What port 0 stands for, once one has been taken. */
  #ports: readonly number[] | null;
  /** Workers are told these ports, since nobody holds a socket any more that would be port 0's. */
  #portsAreTold: boolean;
  #isStopping: boolean;
  #isRestarting: boolean;
  #shallRestartAgain: boolean;
  #exitCode: number;
  #told: string | null;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#slots = Array.from({ length: options.count }, (_, index) => new Slot(index + 1));
    this.#workers = new Set();
    this.#relay = new Relay();
    this.#metrics = new MetricsGathering(this.#workers);
    this.#ended = Promise.withResolvers();
    this.#ports = null;
    this.#portsAreTold = false;
    this.#isStopping = false;
    this.#isRestarting = false;
    this.#shallRestartAgain = false;
    this.#exitCode = 0;
    this.#told = null;
  }

  /** Resolves with the exit code once all workers have ended for good. */
  get whenEnded(): Promise<number> {
    return this.#ended.promise;
  }

  start(): void {
    for (const slot of this.#slots.slice(0, 1)) this.#launch(slot);
  }

  /** Lets what is in flight end, and ends; called again it ends at once. */
  stop(): void {
    if (this.#isStopping) this.#exitCode = 1;
    this.#stopAll(this.#isStopping ? "now" : "drain");
  }

  /** Puts a new worker in the place of each, one at a time: it answers before the old one stops taking connections. */
  async restart(): Promise<void> {
    this.#shallRestartAgain = true;
    if (this.#isRestarting) return;
    this.#isRestarting = true;
    while (this.#shallRestartAgain && !this.#isStopping) {
      this.#shallRestartAgain = false;
      await this.#restartAll();
    }
    this.#isRestarting = false;
  }

  async #restartAll(): Promise<void> {
    this.#options.log.info("restart_started");
    for (const slot of this.#slots) {
      await slot.starting?.whenReady;
      slot.cancel();
      const before = slot.current;
      if (this.#isStopping) return;
      const isReady = await this.#launch(slot).whenReady;
      if (!isReady) {
        if (this.#isStopping) return;
        this.#options.log.error("restart_given_up", { worker: slot.number });
        return;
      }
      await before?.stop("handOver", this.#options.drainTimeout);
    }
    this.#options.log.info("restart_finished");
  }

  #launch(slot: Slot): Worker {
    const start = {
      slot: slot.number,
      count: this.#slots.length,
      isFirst: this.#ports === null,
      ports: this.#portsToTell(),
    };
    const process = this.#options.fork(start, {
      received: (message) => this.#received(slot, worker, message),
      ended: (how) => this.#workerEnded(slot, worker, how),
    });
    const member = this.#relay.enter((message) => process.send({ kind: "relay", message }));
    const worker: Worker = new Worker(start, process, member);
    slot.starting = worker;
    this.#workers.add(worker);
    this.#metrics.started();
    return worker;
  }

  /** As long as somebody listens at port 0, the sockets of port 0 are shared; after that it would be another port. */
  #portsToTell(): readonly number[] | null {
    const isHeld = [...this.#workers].some(({ readySince }) => readySince !== null);
    this.#portsAreTold ||= this.#ports !== null && !isHeld;
    return this.#portsAreTold ? this.#ports : null;
  }

  #received(slot: Slot, worker: Worker, message: FromWorker): void {
    switch (message.kind) {
      case "ready":
        this.#workerReady(slot, worker, message.ports);
        return;
      case "failed":
        worker.failure = message.text;
        worker.exitCode = message.exitCode;
        return;
      case "leaving":
        worker.hasLeft = true;
        worker.lastReport = message.report ?? worker.lastReport;
        return;
      case "relay":
        this.#relay.received(worker.member, message.message);
        return;
      case "gather":
        void this.#metrics.gather(worker, message.id, message.own);
        return;
      case "report":
        this.#metrics.reported(worker, message.id, message.report);
    }
  }

  #workerReady(slot: Slot, worker: Worker, ports: readonly number[]): void {
    const { log } = this.#options;
    const isFirst = this.#ports === null;
    this.#ports ??= ports;
    if (this.#ports.some((port, index) => port !== (ports[index] || port))) {
      // All others ended while it started, and its port 0 became another one than theirs.
      log.warn("worker_at_other_port", { worker: slot.number, worker_pid: worker.process.pid });
      worker.process.kill();
      return;
    }
    worker.becameReady();
    slot.taken(worker);
    log.info("worker_ready", { worker: slot.number, worker_pid: worker.process.pid });
    if (isFirst && !this.#isStopping) for (const other of this.#slots.slice(1)) this.#launch(other);
  }

  #workerEnded(slot: Slot, worker: Worker, how: string): void {
    this.#workers.delete(worker);
    this.#relay.leave(worker.member, !worker.hasLeft);
    this.#metrics.retire(worker);
    slot.left(worker);
    worker.ended();
    const fields = { worker: slot.number, worker_pid: worker.process.pid, how };
    if (worker.isStopping) this.#options.log.info("worker_ended", fields);
    else this.#lost(slot, worker, fields);
    if (this.#isStopping && this.#workers.size === 0) this.#ended.resolve(this.#exitCode);
  }

  /** A worker ended that was not told to. */
  #lost(slot: Slot, worker: Worker, fields: { readonly how: string }): void {
    const { log } = this.#options;
    if (this.#ports === null) {
      this.#giveUp(worker.failure ?? `The first worker ended before it answered (${fields.how})`, worker);
      return;
    }
    if (worker.failure !== null) this.#tell(worker.failure);
    if (this.#isStopping || !slot.isEmpty) {
      log.warn("worker_lost", fields);
      return;
    }
    const wait = slot.tryAgain(worker, () => this.#launch(slot));
    log.warn("worker_lost", { ...fields, restart_in_ms: Math.round(wait) });
    const isServed = this.#slots.some(({ current }) => current !== null);
    if (slot.failures < mostFailures || isServed) return;
    this.#giveUp(`The workers end as soon as they start (${fields.how}, ${slot.failures} times)`, worker);
  }

  #giveUp(text: string, { exitCode }: Worker): void {
    this.#exitCode = exitCode;
    this.#tell(text);
    this.#stopAll("now");
  }

  /** The same thing is not told twice in a row. */
  #tell(text: string): void {
    if (text !== this.#told) this.#options.tell(text);
    this.#told = text;
  }

  #stopAll(how: StopWay): void {
    this.#isStopping = true;
    for (const slot of this.#slots) slot.cancel();
    for (const worker of this.#workers) void worker.stop(how, this.#options.drainTimeout);
    if (this.#workers.size === 0) this.#ended.resolve(this.#exitCode);
  }
}
