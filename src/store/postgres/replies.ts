import type { ReplyLog, StoredReply } from "../store.ts";
import { isDuplicate } from "./faults.ts";
import type { Runner } from "./runner.ts";
import type { SqlValue } from "./values.ts";

const find = `select "fingerprint", "saved_at", "answer" from "fourfold_replies" where "key" = $1`;
const save = `insert into "fourfold_replies" ("key", "fingerprint", "saved_at", "answer") values ($1, $2, $3, $4)`;
const trim = `delete from "fourfold_replies" where "saved_at" < $1`;

/** Another one has saved a reply under the same key, after this one had looked. */
export class ReplyTaken extends Error {
  constructor(cause: unknown) {
    super("There is a reply under this key", { cause });
    this.name = "ReplyTaken";
  }
}

/** Throws where replies must not be used. */
export interface ReplyGuard {
  read(): void;
  write(): void;
}

/** Answers kept under idempotency keys. */
export class PostgresReplies implements ReplyLog {
  readonly #runner: Runner;
  readonly #guard: ReplyGuard;

  constructor(runner: Runner, guard: ReplyGuard) {
    this.#runner = runner;
    this.#guard = guard;
  }

  find(key: string): Promise<StoredReply | null> {
    this.#guard.read();
    return this.#runner.check({ sql: find, parameters: [key] }).then(({ rows: [raw] }) => {
      if (raw === undefined) return null;
      return { fingerprint: String(raw[0]), savedAt: Number(raw[1]), answer: String(raw[2]) };
    });
  }

  save(key: string, { fingerprint, savedAt, answer }: StoredReply): Promise<void> {
    return this.#write(save, [key, fingerprint, savedAt, answer]).catch((thrown) => {
      throw isDuplicate(thrown) ? new ReplyTaken(thrown) : thrown;
    });
  }

  trim(before: number): Promise<void> {
    return this.#write(trim, [before]);
  }

  #write(sql: string, parameters: readonly SqlValue[]): Promise<void> {
    this.#guard.write();
    return this.#runner.write({ sql, parameters }).then(() => undefined);
  }
}
