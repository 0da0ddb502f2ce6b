import { type Awaitable, quiet } from "../../base/awaitable.ts";
import { TransactionTable } from "../sql/transaction-table.ts";
import type { Table, Transaction, TransactionOptions } from "../store.ts";
import { within } from "../transaction-limit.ts";
import { type Scope, type TransactionScope, transactionEnded } from "../transaction-scope.ts";
import { isConflict } from "./faults.ts";
import type { Pool } from "./pool/pool.ts";
import type { Queries } from "./pool/statement.ts";
import { PostgresReplies, ReplyTaken } from "./replies.ts";
import { aborted, backOff, mostRetries } from "./retry.ts";
import { endsWhenSilent } from "./silence.ts";
import { TableAccess } from "./table-access.ts";
import type { TableCode } from "./table-code.ts";
import { TransactionRunner } from "./transaction-runner.ts";

/** Milliseconds by which this process has ended a transaction before the server would. */
const silentMs = 1_000;

/** What transactions are made of. */
export interface TransactionParts {
  readonly pool: Pool;
  readonly tables: ReadonlyMap<string, TableCode>;
  readonly scope: TransactionScope;
  /** Milliseconds that one may take, with all times that it is run again. */
  readonly limit: number;
}

type Work<T> = (transaction: Transaction) => Awaitable<T>;

/** Runs transactions of handlers. */
export class Transactions {
  readonly #parts: TransactionParts;
  /** Those that are run again go one after the other: together they would be in each other's way once more. */
  #again: Promise<unknown>;
  readonly #begin: string;

  constructor(parts: TransactionParts) {
    this.#parts = parts;
    this.#begin = `begin isolation level serializable; ${endsWhenSilent(parts.limit + silentMs)}`;
    this.#again = Promise.resolve();
  }

  run<T>(work: Work<T>, { isRepeatable = true, asker = null }: TransactionOptions): Promise<T> {
    const over = new AbortController();
    const ends = asker === null ? over.signal : AbortSignal.any([asker.signal, over.signal]);
    return within(this.#parts.limit, this.#runAgain(work, isRepeatable, ends), (reason) =>
      over.abort(reason),
    );
  }

  async #runAgain<T>(work: Work<T>, isRepeatable: boolean, signal: AbortSignal): Promise<T> {
    const first = await this.#attempt(work, signal);
    if (first.kind === "done") return first.value;
    if (!isRepeatable) throw aborted(first.cause);
    const again = this.#again.then(() => this.#repeat(work, signal));
    this.#again = again.catch(() => undefined);
    return again;
  }

  async #repeat<T>(work: Work<T>, signal: AbortSignal): Promise<T> {
    for (let retries = 0; ; retries++) {
      // Whoever waited for its turn may have waited for too long.
      signal.throwIfAborted();
      const outcome = await this.#attempt(work, signal);
      if (outcome.kind === "done") return outcome.value;
      if (retries === mostRetries) throw aborted(outcome.cause);
      await backOff(retries);
    }
  }

  async #attempt<T>(work: Work<T>, signal: AbortSignal): Promise<Outcome<T>> {
    let runner: TransactionRunner | null = null;
    try {
      const value = await this.#parts.pool.lend((connection) => {
        runner = new TransactionRunner(connection);
        return this.#carryOut(work, connection, runner, signal);
      }, signal);
      return { kind: "done", value };
    } catch (thrown) {
      // What a handler threw because of it, or in spite of it, comes to nothing: the transaction had failed before.
      const cause = failureOf(runner) ?? thrown;
      if (isConflict(cause) || cause instanceof ReplyTaken) return { kind: "conflict", cause };
      throw thrown;
    }
  }

  async #carryOut<T>(
    work: Work<T>,
    connection: Queries,
    runner: TransactionRunner,
    signal: AbortSignal,
  ): Promise<T> {
    const scope: Scope = { isOpen: true };
    const end = (): void => {
      scope.isOpen = false;
    };
    signal.addEventListener("abort", end);
    try {
      // Sent along with the first statement. Where it fails, so does the commit.
      const begun = quiet(connection.query({ text: this.#begin }));
      const [value] = await Promise.all([
        this.#parts.scope.run(scope, () => work(this.#within(runner, scope))),
        begun,
      ]);
      end();
      await runner.settled();
      if (runner.failure !== null) throw runner.failure;
      await connection.query({ text: "commit" });
      return value;
    } finally {
      end();
      signal.removeEventListener("abort", end);
    }
  }

  #within(runner: TransactionRunner, scope: Scope): Transaction {
    const assertOpen = (): void => {
      if (!scope.isOpen) throw transactionEnded();
    };
    const known = new Map<string, Table>();
    const table = (name: string): Table => {
      const found = known.get(name);
      if (found !== undefined) return found;
      const code = this.#parts.tables.get(name);
      if (code === undefined) throw new Error(`There is no table "${name}"`);
      const made = new TransactionTable(new TableAccess(code, runner), assertOpen);
      known.set(name, made);
      return made;
    };
    return { table, replies: new PostgresReplies(runner, { read: assertOpen, write: assertOpen }) };
  }
}

type Outcome<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "conflict"; readonly cause: unknown };

function failureOf(runner: TransactionRunner | null): unknown {
  return runner?.failure ?? null;
}
