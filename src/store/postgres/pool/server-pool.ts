import { setTimeout as wait } from "node:timers/promises";
import type { EndSignal } from "../../../base/end-signal.ts";
import { toError } from "../../../base/thrown.ts";
import { Borrower } from "./borrower.ts";
import { type Abandonable, abortReason, Execution, type Waiter } from "./execution.ts";
import {
  ConnectionLost,
  exhausted,
  isCancelled,
  isStalePlan,
  losesNames,
  refused,
  toPoolError,
} from "./faults.ts";
import { Inquiry } from "./inquiry.ts";
import { LentConnection } from "./lent-connection.ts";
import { openSession } from "./open-session.ts";
import { Pace } from "./pace.ts";
import type { PoolLog } from "./pool-log.ts";
import type { PoolSettings, ServerAddress } from "./pool-settings.ts";
import type { PoolStats } from "./pool-stats.ts";
import type { Sent, Session, SessionOwner } from "./session.ts";
import type { Queries, Result, Statement } from "./statement.ts";
import { WaitCounter } from "./wait-times.ts";

/** What the connections to one server are made with. */
export interface ServerPoolOptions {
  /** `primary`, `replica_1`... */
  readonly name: string;
  readonly address: ServerAddress;
  readonly settings: PoolSettings;
  readonly log: PoolLog;
}

/** Times that a statement is run again, at most. */
const mostRepeats = 3;
const watchEvery = 250;
const checkTimeout = 1_000;
const closePatience = 2_000;
const firstBackOff = 100;
const longestBackOff = 1_000;

/**
 * The connections to one server, and those who wait for one. A caller gets a free connection; else statements are sent behind
 * others as long as those are short, and more connections are opened; else they wait, first come first served.
 */
export class ServerPool implements SessionOwner, Abandonable {
  readonly #options: ServerPoolOptions;
  readonly #sessions: Set<Session>;
  /** Free connections; the one used last is used next, so that others can be closed. */
  readonly #free: Session[];
  readonly #waiting: Set<Execution | Borrower>;
  readonly #waits: WaitCounter;
  readonly #pace: Pace;
  readonly #inquiry: Inquiry;
  readonly #counts: {
    opened: number;
    closed: number;
    failed: number;
    broken: number;
    refused: number;
    cancelled: number;
  };
  #opening: number;
  #checking: number;
  /** Times in a row that no connection could be opened. */
  #failures: number;
  /** When the server was last known to be there; null when it is. */
  #awaySince: number | null;
  #expiry: NodeJS.Timeout | null;
  #retry: NodeJS.Timeout | null;
  #watch: NodeJS.Timeout | null;
  #closing: boolean;
  #hasNames: boolean;
  #lastAnswer: number;

  constructor(options: ServerPoolOptions) {
    this.#options = options;
    this.#sessions = new Set();
    this.#free = [];
    this.#waiting = new Set();
    this.#waits = new WaitCounter();
    this.#pace = new Pace();
    this.#inquiry = new Inquiry(options);
    this.#counts = { opened: 0, closed: 0, failed: 0, broken: 0, refused: 0, cancelled: 0 };
    this.#opening = 0;
    this.#checking = 0;
    this.#failures = 0;
    this.#awaySince = null;
    this.#expiry = null;
    this.#retry = null;
    this.#watch = null;
    this.#closing = false;
    this.#hasNames = true;
    this.#lastAnswer = 0;
  }

  /** Opens the first connection. Rejects with what stands in the way. */
  async start(): Promise<void> {
    const session = await this.#newSession();
    this.#opening++;
    this.#opened(session);
    this.#keepRules();
  }

  /** Tries to open the first connection; a server that is away is logged, and tried again. */
  async startWhenThere(): Promise<void> {
    await this.#openOne();
    this.#keepRules();
  }

  query(statement: Statement, signal: EndSignal | null, readOnly: boolean): Promise<Result> {
    if (signal?.aborted === true) return Promise.reject(abortReason(signal));
    const execution = new Execution(statement, signal, readOnly);
    this.#enter(execution);
    return execution.promise;
  }

  async lend<T>(work: (connection: Queries) => Promise<T>, signal: EndSignal | null): Promise<T> {
    if (signal?.aborted === true) throw abortReason(signal);
    const borrower = new Borrower(signal);
    this.#enter(borrower);
    const lent = new LentConnection(await borrower.promise, signal);
    try {
      return await work(lent);
    } finally {
      // The caller need not wait for what is rolled back.
      void lent.giveBack();
    }
  }

  /** Whether the server has answered within these milliseconds. */
  hasAnswered(within: number): boolean {
    return performance.now() - this.#lastAnswer < within;
  }

  /** Whether no connection could be opened the last time. */
  get isAway(): boolean {
    return this.#awaySince !== null;
  }

  /** Whether it takes statements without a wait. */
  get hasRoom(): boolean {
    return !this.isAway && this.#waiting.size === 0;
  }

  get stats(): PoolStats {
    const idle = this.#free.length;
    return {
      server: this.#options.name,
      inUse: this.#sessions.size - idle,
      idle,
      opening: this.#opening,
      underWay: [...this.#sessions].reduce((sum, session) => sum + session.underWay, 0),
      waiting: this.#waiting.size,
      ...this.#counts,
      waits: this.#waits.times,
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    for (const waiter of this.#waiting) this.#refuse(waiter, refused());
    for (const timer of [this.#watch, this.#retry, this.#expiry]) if (timer !== null) clearTimeout(timer);
    const end = performance.now() + closePatience;
    while (this.#free.length < this.#sessions.size && performance.now() < end) await wait(10);
    await Promise.all([...this.#sessions].map((session) => this.#discard(session)));
  }

  // What connections tell.

  failed(execution: Execution, thrown: unknown, sent: Sent): void {
    if (losesNames(thrown)) this.#namesLost();
    if (isStalePlan(thrown)) for (const session of this.#sessions) session.retire();
    if (!this.#mayRepeat(execution, thrown, sent)) {
      execution.fail(toPoolError(thrown));
      return;
    }
    execution.repeats++;
    execution.unnamed ||= losesNames(thrown) || isStalePlan(thrown);
    this.#enter(execution);
  }

  answered(session: Session): void {
    const now = performance.now();
    this.#lastAnswer = now;
    if (session.isFree && this.#sessions.has(session) && !this.#free.includes(session)) {
      if (session.isSpent(now)) void this.#discard(session);
      else this.#free.push(session);
    }
    this.#serve();
  }

  broke(session: Session, reason: Error): void {
    if (!this.#sessions.delete(session)) return;
    const place = this.#free.indexOf(session);
    if (place !== -1) this.#free.splice(place, 1);
    this.#counts.closed++;
    this.#counts.broken++;
    for (const other of this.#sessions) other.doubt();
    const { log, name, settings } = this.#options;
    if (this.#closing) return;
    log.warn("database_connection_broke", { server: name, reason: reason.message });
    this.#open(Math.max(settings.min - this.#sessions.size, this.#waiting.size));
  }

  cancels(): void {
    this.#counts.cancelled++;
  }

  // Who waits.

  abandon(waiter: Waiter): void {
    for (const each of this.#waiting) if (each === waiter) this.#waiting.delete(each);
  }

  #enter(waiter: Execution | Borrower): void {
    const { settings } = this.#options;
    const now = performance.now();
    waiter.owner = this;
    waiter.since = now;
    const isLongAway = this.#awaySince !== null && now - this.#awaySince > settings.acquireTimeout;
    if (this.#closing || isLongAway) this.#refuse(waiter, refused());
    else if (this.#waiting.size >= settings.queue) this.#refuse(waiter, exhausted());
    else if (!this.#giveAtOnce(waiter, now)) {
      this.#waiting.add(waiter);
      this.#serve();
      this.#armExpiry();
    }
  }

  /** The common case: nobody waits, and there is a free connection that is surely there. */
  #giveAtOnce(waiter: Execution | Borrower, now: number): boolean {
    const session = this.#free.at(-1);
    if (session === undefined || this.#waiting.size > 0) return false;
    if (session.isSpent(now) || session.isDoubtful(now)) return false;
    this.#free.pop();
    this.#give(waiter, session, now);
    return true;
  }

  #refuse(waiter: Execution | Borrower, reason: unknown): void {
    this.#waiting.delete(waiter);
    this.#counts.refused++;
    waiter.fail(reason);
  }

  /** One timer for all: who came first has waited longest. */
  #armExpiry(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#expiry !== null) return;
    const left = first.since + this.#options.settings.acquireTimeout - performance.now();
    this.#expiry = setTimeout(() => this.#expire(), Math.max(1, Math.ceil(left)));
  }

  #expire(): void {
    this.#expiry = null;
    const latest = performance.now() - this.#options.settings.acquireTimeout;
    for (const waiter of this.#waiting) {
      if (waiter.since > latest) break;
      this.#refuse(waiter, this.#awaySince === null ? exhausted() : refused());
    }
    this.#armExpiry();
  }

  /** Gives connections to those who wait, in their order. */
  #serve(): void {
    // These are to be free for borrowers who come before others: nothing more is sent on them.
    const kept = new Set<Session>();
    const now = performance.now();
    for (const waiter of this.#waiting) {
      const session = this.#takeFree(now) ?? this.#shareable(waiter, kept, now);
      if (session !== null) this.#give(waiter, session, now);
      else if (waiter instanceof Execution || !this.#keep(kept)) break;
    }
    if (this.#waiting.size > 0) this.#open(this.#waiting.size - this.#checking);
  }

  /** A connection to send a statement on behind those of others. Meanwhile more are opened. */
  #shareable(waiter: Waiter, kept: ReadonlySet<Session>, now: number): Session | null {
    if (!(waiter instanceof Execution)) return null;
    this.#open(1);
    return this.#leastBusy((session) => !kept.has(session) && session.hasRoom(now));
  }

  /** Keeps one more connection for a borrower; false where there is none to keep. */
  #keep(kept: Set<Session>): boolean {
    const session = this.#leastBusy((each) => !kept.has(each) && !each.isLent);
    if (session !== null) kept.add(session);
    return session !== null;
  }

  /** Of those with something under way. */
  #leastBusy(isFit: (session: Session) => boolean): Session | null {
    let least: Session | null = null;
    for (const session of this.#sessions) {
      const isLess = least === null || session.underWay < least.underWay;
      if (session.underWay > 0 && isLess && isFit(session)) least = session;
    }
    return least;
  }

  /** A free connection that is surely there; one that has been idle for long is asked first. */
  #takeFree(now: number): Session | null {
    for (;;) {
      const session = this.#free.pop();
      if (session === undefined) return null;
      if (session.isSpent(now)) void this.#discard(session);
      else if (!session.isDoubtful(now)) return session;
      else {
        void this.#check(session);
        return null;
      }
    }
  }

  #give(waiter: Execution | Borrower, session: Session, now: number): void {
    this.#waiting.delete(waiter);
    this.#waits.add(now - waiter.since);
    if (waiter instanceof Execution) session.run(waiter);
    else {
      session.lend();
      waiter.take(session);
    }
  }

  // Connections.

  /** An empty statement is the cheapest question there is. */
  async #check(session: Session): Promise<void> {
    const question = new Execution({ text: "" }, null, false);
    const timer = setTimeout(() => session.destroy("It gave no sign of life"), checkTimeout);
    this.#checking++;
    session.lend();
    session.run(question);
    await question.promise.catch(() => undefined);
    clearTimeout(timer);
    this.#checking--;
    session.giveBack();
  }

  /** Sees to it that so many are being opened, as far as the maximum allows and the server is there. */
  #open(wanted: number): void {
    const room = this.#options.settings.max - this.#sessions.size - this.#opening;
    const more = Math.min(room, wanted - this.#opening);
    if (this.#closing || this.#retry !== null) return;
    for (let count = 0; count < more; count++) void this.#openOne();
  }

  async #openOne(): Promise<void> {
    this.#opening++;
    try {
      this.#opened(await this.#newSession());
    } catch (thrown) {
      this.#notOpened(toError(thrown));
    }
  }

  #newSession(): Promise<Session> {
    const { address, settings } = this.#options;
    return openSession({ address, settings, pace: this.#pace, owner: this });
  }

  #opened(session: Session): void {
    this.#opening--;
    this.#counts.opened++;
    this.#failures = 0;
    if (this.#awaySince !== null) this.#options.log.info("database_back", { server: this.#options.name });
    this.#awaySince = null;
    this.#sessions.add(session);
    if (this.#closing) void this.#discard(session);
    else this.answered(session);
  }

  #notOpened(reason: Error): void {
    const { log, name } = this.#options;
    this.#opening--;
    this.#counts.failed++;
    this.#failures++;
    if (this.#awaySince === null) log.warn("database_away", { server: name, reason: reason.message });
    this.#awaySince ??= performance.now();
    if (this.#closing || this.#retry !== null) return;
    const backOff = Math.min(firstBackOff * 2 ** (this.#failures - 1), longestBackOff);
    this.#retry = setTimeout(
      () => {
        this.#retry = null;
        // One shows whether the server is back; those who wait get theirs then.
        this.#open(1);
      },
      backOff * (0.5 + Math.random() / 2),
    ).unref();
  }

  #keepRules(): void {
    this.#watch = setInterval(() => this.#look(), watchEvery).unref();
    this.#look();
  }

  /** Closes what is not needed or not to be used any more, opens what is needed. */
  #look(): void {
    const now = performance.now();
    const { idleTimeout, min } = this.#options.settings;
    for (const session of this.#sessions) session.watch(now);
    this.#inquiry.look(this.#sessions, now);
    for (const session of [...this.#free]) {
      const isNeeded = this.#sessions.size <= min || session.idleFor(now) < idleTimeout;
      if (isNeeded && !session.isSpent(now)) continue;
      this.#free.splice(this.#free.indexOf(session), 1);
      void this.#discard(session);
    }
    this.#open(min - this.#sessions.size);
  }

  #discard(session: Session): Promise<void> {
    this.#sessions.delete(session);
    this.#counts.closed++;
    return session.close();
  }

  #namesLost(): void {
    if (!this.#hasNames) return;
    this.#hasNames = false;
    this.#options.log.warn("database_statements_lost", {
      server: this.#options.name,
      mend: "A PgBouncer in transaction mode seems to be between: add pgbouncer=true to the URL",
    });
    for (const session of this.#sessions) session.forgetNames();
  }

  #mayRepeat(execution: Execution, thrown: unknown, { session, exposed }: Sent): boolean {
    if (session.isLent || execution.repeats >= mostRepeats) return false;
    if (thrown instanceof ConnectionLost) return execution.readOnly;
    return losesNames(thrown) || isStalePlan(thrown) || (exposed && isCancelled(thrown));
  }
}
