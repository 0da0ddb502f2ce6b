import type { ReplyLog, StoredReply } from "../store.ts";
import type { Connection } from "./connection.ts";
import { assertOpen } from "./tables.ts";
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

  constructor(reader: Connection, writer: Connection, queue: WriteQueue) {
    this.#reader = reader;
    this.#writer = writer;
    this.#queue = queue;
  }

  find(key: string): StoredReply | null {
    return find(this.#reader, key);
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
  readonly #isOpen: () => boolean;

  constructor(connection: Connection, isOpen: () => boolean) {
    this.#connection = connection;
    this.#isOpen = isOpen;
  }

  find(key: string): StoredReply | null {
    assertOpen(this.#isOpen);
    return find(this.#connection, key);
  }

  save(key: string, reply: StoredReply): void {
    assertOpen(this.#isOpen);
    save(this.#connection, key, reply);
  }

  trim(before: number): void {
    assertOpen(this.#isOpen);
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
