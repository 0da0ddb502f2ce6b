import type { Awaitable } from "../../base/awaitable.ts";
import type { ReplyLog, StoredReply } from "../store.ts";
import type { Connection } from "./connection.ts";
import type { WriteQueue } from "./write-queue.ts";

/** The table of kept answers. */
export const repliesTable: string = `create table if not exists "fourfold_replies" (
  "key" text primary key,
  "fingerprint" text not null,
  "saved_at" integer not null,
  "answer" text not null
) strict, without rowid`;

/** Answers kept under idempotency keys, outside of transactions. */
export class QueuedReplies implements ReplyLog {
  readonly #reader: Connection;
  readonly #writer: Connection;
  readonly #queue: WriteQueue;
  readonly #whenSettled: () => Promise<void> | null;

  /** `whenSettled`: resolves when what `reader` sees has been committed; null where it has. */
  constructor(
    reader: Connection,
    writer: Connection,
    queue: WriteQueue,
    whenSettled: () => Promise<void> | null,
  ) {
    this.#reader = reader;
    this.#writer = writer;
    this.#queue = queue;
    this.#whenSettled = whenSettled;
  }

  find(key: string): Awaitable<StoredReply | null> {
    const settled = this.#whenSettled();
    return settled === null ? find(this.#reader, key) : settled.then(() => this.find(key));
  }

  save(key: string, reply: StoredReply): Promise<void> {
    return this.#queue.write(() => save(this.#writer, key, reply));
  }

  trim(before: number): Promise<void> {
    return this.#queue.write(() => trim(this.#writer, before));
  }
}

/** The same within a transaction. */
export class TransactionReplies implements ReplyLog {
  readonly #connection: Connection;
  readonly #assertOpen: () => void;

  constructor(connection: Connection, assertOpen: () => void) {
    this.#connection = connection;
    this.#assertOpen = assertOpen;
  }

  find(key: string): StoredReply | null {
    this.#assertOpen();
    return find(this.#connection, key);
  }

  save(key: string, reply: StoredReply): void {
    this.#assertOpen();
    save(this.#connection, key, reply);
  }

  trim(before: number): void {
    this.#assertOpen();
    trim(this.#connection, before);
  }
}

function find(connection: Connection, key: string): StoredReply | null {
  const row = connection.get(
    `select "fingerprint", "saved_at", "answer" from "fourfold_replies" where "key" = ?`,
    [key],
  );
  if (row === undefined) return null;
  return {
    fingerprint: String(row["fingerprint"]),
    savedAt: Number(row["saved_at"]),
    answer: String(row["answer"]),
  };
}

function save(connection: Connection, key: string, { fingerprint, savedAt, answer }: StoredReply): void {
  const sql = `insert into "fourfold_replies" ("key", "fingerprint", "saved_at", "answer") values (?, ?, ?, ?)`;
  connection.run(sql, [key, fingerprint, savedAt, answer]);
}

function trim(connection: Connection, before: number): void {
  connection.run(`delete from "fourfold_replies" where "saved_at" < ?`, [before]);
}
