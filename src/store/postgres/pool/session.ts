import { Socket } from "node:net";
import { type Client, Query, type QueryResult } from "pg";
import { frameworkError } from "../../../errors/codes.ts";
import { type CancelKey, requestCancel } from "./cancel-request.ts";
import type { Abandonable, Execution, Waiter } from "./execution.ts";
import { breaksConnection, ConnectionLost } from "./faults.ts";
import type { Pace } from "./pace.ts";
import type { PoolSettings, ServerAddress } from "./pool-settings.ts";
import type { Result } from "./statement.ts";
import { TextQuery } from "./text-query.ts";

/** Who has a session, told of what happens on it. */
export interface SessionOwner {
  /** A statement failed that its caller still waits for. */
  failed(execution: Execution, thrown: unknown, on: Sent): void;
  /** It has room again, or is free. */
  answered(session: Session): void;
  /** It cannot be used any more. Told once. */
  broke(session: Session, reason: Error): void;
  /** It asks the server to cancel a statement. */
  cancels(): void;
}

/** What a session is made with. */
export interface SessionOptions {
  readonly address: ServerAddress;
  readonly settings: PoolSettings;
  /** All connections to a server learn together. */
  readonly pace: Pace;
  readonly owner: SessionOwner;
}

/** A statement that was sent, and not answered so far. */
export class Sent {
  readonly execution: Execution;
  readonly session: Session;
  /** Whether it is expected to be answered at once. */
  readonly isQuick: boolean;
  /** Whether a request to cancel another statement may hit this one. */
  exposed: boolean;

  constructor(execution: Execution, session: Session, isQuick: boolean) {
    this.execution = execution;
    this.session = session;
    this.isQuick = isQuick;
    this.exposed = false;
  }
}

/** Milliseconds that asking for a cancellation may take, and a cancelled statement to end. */
const cancelTimeout = 2_000;
/** Behind a statement that has run for so many milliseconds, no other is sent, however quick it is as a rule. */
const slowAfter = 20;
/** What has given a sign of life is not asked again within so many milliseconds. */
const leastIdle = 10;
/** Names that a connection knows at most: each is a plan in the server's memory. */
const mostNames = 500;

/**
 * One connection to the server, with statements of several callers under way, answered in the order in which they were sent.
 * pg sends each with a Sync of its own, so that each is a transaction of its own and fails alone.
 */
export class Session implements Abandonable {
  readonly #client: Client;
  readonly #address: ServerAddress;
  readonly #settings: PoolSettings;
  readonly #pace: Pace;
  readonly #owner: SessionOwner;
  readonly #sent: Sent[];
  readonly #names: Set<string>;
  /** When the first statement of those under way became the first. */
  #firstSince: number;
  #idleSince: number;
  readonly #expiresAt: number;
  /** Statements under way that may take long. */
  #unsure: number;
  #doubted: boolean;
  #lent: boolean;
  #retired: boolean;
  #broken: boolean;
  #isCorked: boolean;
  #cancelling: Promise<void> | null;
  /** The statement that was asked to be cancelled, as long as it is the first. */
  #cancelled: Sent | null;
  #cancelledAt: number;
  #named: boolean;

  constructor(client: Client, { address, settings, pace, owner }: SessionOptions) {
    this.#client = client;
    this.#address = address;
    this.#settings = settings;
    this.#pace = pace;
    this.#owner = owner;
    this.#sent = [];
    this.#names = new Set();
    this.#firstSince = 0;
    this.#idleSince = performance.now();
    this.#expiresAt = this.#idleSince + settings.maxLifetime * (0.9 + Math.random() * 0.2);
    this.#unsure = 0;
    this.#doubted = false;
    this.#lent = false;
    this.#retired = false;
    this.#broken = false;
    this.#isCorked = false;
    this.#cancelling = null;
    this.#cancelled = null;
    this.#cancelledAt = 0;
    this.#named = !settings.pgbouncer;
    client.on("error", (error) => this.#break(error));
    client.on("end", () => this.#break(new Error("The connection has ended")));
  }

  /** Statements under way. */
  get underWay(): number {
    return this.#sent.length;
  }

  /** Nothing is under way, and nobody has it. */
  get isFree(): boolean {
    return this.#sent.length === 0 && this.#cancelling === null && !this.#lent && !this.#broken;
  }

  /** Whether another statement may be sent behind those under way. */
  hasRoom(now: number): boolean {
    if (this.#lent || this.#retired || this.#broken || this.#cancelling !== null) return false;
    if (this.#unsure > 0 || this.#doubted) return false;
    const waits = this.#sent.length;
    return waits < this.#settings.pipeline && (waits === 0 || now - this.#firstSince < slowAfter);
  }

  /** Whether nothing more is to be sent on it, and it is to be closed when it is free. */
  isSpent(now: number): boolean {
    return this.#retired || now > this.#expiresAt;
  }

  /** The statement that is answered next; null where nothing is under way. */
  get first(): Sent | null {
    return this.#sent[0] ?? null;
  }

  /** How long nothing has been answered, though something is under way. */
  silentFor(now: number): number {
    return this.#sent.length === 0 ? 0 : now - this.#firstSince;
  }

  /** The server's process. */
  get processId(): number {
    return this.#cancelKey().processId;
  }

  idleFor(now: number): number {
    return now - this.#idleSince;
  }

  /** Whether it must give a sign of life before it is used: it has been idle for long, or another connection has broken. */
  isDoubtful(now: number): boolean {
    return this.#doubted || now - this.#idleSince > Math.max(this.#settings.checkAfter, leastIdle);
  }

  /** Until it is heard of again, it may have broken as well. */
  doubt(): void {
    this.#doubted = true;
  }

  /** Gives it to one caller alone, until {@link giveBack}. */
  lend(): void {
    this.#lent = true;
  }

  giveBack(): void {
    this.#lent = false;
    this.#idleSince = performance.now();
    this.#owner.answered(this);
  }

  /** Nothing more is sent on it. */
  retire(): void {
    this.#retired = true;
  }

  /** Leaves the names of statements out from now on. */
  forgetNames(): void {
    this.#named = false;
  }

  onNotification(heard: (channel: string, payload: string) => void): void {
    this.#client.on("notification", ({ channel, payload }) => heard(channel, payload ?? ""));
  }

  /** Whether a transaction is open: `I` for none, `T`, `E` for one that has failed; null where that is not known. */
  get transactionStatus(): string | null {
    return this.#client.getTransactionStatus();
  }

  get isLent(): boolean {
    return this.#lent;
  }

  /** Whether no cancellation is under way. */
  get isCalm(): boolean {
    return this.#cancelling === null;
  }

  /** Resolves once no cancellation is under way. */
  async calm(): Promise<void> {
    while (this.#cancelling !== null) await this.#cancelling;
  }

  run(execution: Execution): void {
    if (this.#broken) {
      this.#owner.failed(execution, new ConnectionLost(null), new Sent(execution, this, false));
      return;
    }
    const { name, mayTakeLong } = execution.statement;
    const sent = new Sent(execution, this, mayTakeLong !== true && this.#pace.isQuick(name));
    if (!sent.isQuick) this.#unsure++;
    execution.owner = this;
    // The first one leaves at once, so that the server is at work meanwhile; pg writes it in one piece.
    if (this.#sent.length === 0) this.#firstSince = performance.now();
    else this.#cork();
    this.#sent.push(sent);
    this.#client.query(this.#queryOf(sent));
  }

  #queryOf(sent: Sent): Query {
    const { text, values, textValues } = sent.execution.statement;
    const name = this.#nameOf(sent.execution);
    if (textValues !== undefined)
      return new TextQuery({ name, text, values: textValues }, (error, result) =>
        this.#answered(sent, error, result),
      );
    // A fresh object, for pg writes into it.
    const config = {
      text,
      ...(name === null ? {} : { name }),
      ...(values === undefined ? {} : { values }),
    };
    return new Query(config, (error, result) => this.#answered(sent, error ?? null, toResult(result)));
  }

  abandon(waiter: Waiter): void {
    if (this.#sent[0]?.execution === waiter) this.#cancelFirst();
  }

  /** Gives up all that is under way. */
  abandonAll(reason: unknown): void {
    for (const { execution } of this.#sent) execution.fail(reason);
    if (this.#sent.length > 0) this.#cancelFirst();
  }

  /** Ends what has been silent for too long. Called now and then. */
  watch(now: number): void {
    const first = this.#sent[0];
    if (first === undefined) return;
    const age = now - this.#firstSince;
    const { statementTimeout, pgbouncer } = this.#settings;
    if (this.#cancelled === first) {
      if (now - this.#cancelledAt > 2 * cancelTimeout) this.destroy("A cancelled statement did not end");
    } else if (statementTimeout > 0 && age > statementTimeout + (pgbouncer ? 0 : cancelTimeout)) {
      // The server counts too, where it can be told to, and answers first as long as it is there.
      first.execution.fail(frameworkError("DEADLINE_EXCEEDED", "The database took too long"));
      this.#cancelFirst();
    }
  }

  /** Says goodbye. A server that does not take it soon is cut off. */
  async close(): Promise<void> {
    this.#retired = true;
    this.#broken = true;
    const { stream } = this.#client.connection;
    const timer = setTimeout(() => stream.destroy(), 1_000).unref();
    await this.#client.end();
    clearTimeout(timer);
  }

  /** Cuts the connection. */
  destroy(reason: string): void {
    this.#break(new Error(reason));
  }

  #nameOf({ statement: { name }, unnamed }: Execution): string | null {
    if (name === undefined || unnamed || !this.#named) return null;
    if (this.#names.has(name)) return name;
    if (this.#names.size >= mostNames) return null;
    this.#names.add(name);
    return name;
  }

  /** What is sent in one turn of the event loop leaves in one write. */
  #cork(): void {
    if (this.#isCorked) return;
    const { stream } = this.#client.connection;
    this.#isCorked = true;
    stream.cork();
    setImmediate(() => {
      this.#isCorked = false;
      stream.uncork();
    });
  }

  #answered(sent: Sent, error: Error | null, result: Result): void {
    const place = this.#sent.indexOf(sent);
    // pg may tell of one twice: when its values cannot be written, and when the server answers all the same.
    if (place === -1) return;
    this.#sent.splice(place, 1);
    const now = performance.now();
    if (place === 0) {
      this.#pace.took(sent.execution.statement.name, now - this.#firstSince);
      this.#firstSince = now;
    }
    if (!sent.isQuick) this.#unsure--;
    this.#idleSince = now;
    this.#doubted = false;
    const { execution } = sent;
    if (error === null) execution.answer(result);
    else if (!execution.settled) this.#owner.failed(execution, error, sent);
    if (breaksConnection(error)) this.#break(error);
    else {
      if (this.#sent[0]?.execution.settled === true) this.#cancelFirst();
      this.#owner.answered(this);
    }
  }

  /**
   * Has the server cancel the first statement, for which nobody waits any more. Until the request has surely come to its end
   * nothing else is sent, and those sent behind may be hit: who waits for them has them run again.
   */
  #cancelFirst(): void {
    const [first, ...behind] = this.#sent;
    if (first === undefined || first === this.#cancelled || this.#cancelling !== null) return;
    this.#cancelled = first;
    this.#cancelledAt = performance.now();
    for (const sent of behind) sent.exposed = true;
    this.#owner.cancels();
    this.#cancelling = requestCancel(this.#address, this.#cancelKey(), cancelTimeout).then((isOver) => {
      this.#cancelling = null;
      if (!isOver) this.#retired = true;
      if (this.#sent[0]?.execution.settled === true) this.#cancelFirst();
      this.#owner.answered(this);
    });
  }

  #cancelKey(): CancelKey {
    const client: object = this.#client;
    const { stream } = this.#client.connection;
    const number = (value: unknown): number => (typeof value === "number" ? value : 0);
    return {
      processId: "processID" in client ? number(client.processID) : 0,
      secretKey: "secretKey" in client ? number(client.secretKey) : 0,
      remoteAddress: stream instanceof Socket ? (stream.remoteAddress ?? null) : null,
    };
  }

  #break(reason: Error): void {
    if (this.#broken) return;
    this.#broken = true;
    this.#client.connection.stream.destroy();
    const lost = this.#sent.splice(0);
    for (const sent of lost)
      if (!sent.execution.settled) this.#owner.failed(sent.execution, new ConnectionLost(reason), sent);
    this.#owner.broke(this, reason);
  }
}

/** pg gives none where a statement has failed. */
function toResult(result: QueryResult | undefined): Result {
  return { rows: result?.rows ?? [], texts: [], rowCount: result?.rowCount ?? 0 };
}
