import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { EndSignal } from "../../base/end-signal.ts";
import type { Statement as Compiled } from "../sql/compiled-statement.ts";
import type { RawValues } from "../sql/row-decoder.ts";
import type { Queries } from "./pool/statement.ts";
import type { SqlValue } from "./values.ts";

/** What a statement of a table came to: rows by position, of text. */
export interface Answer {
  readonly rows: readonly RawValues[];
  /** Rows read or written. */
  readonly count: number;
}

/** Runs statements of tables: each by itself, or all within one transaction. */
export interface Runner {
  /** What only reads. */
  read(statement: Compiled<SqlValue>): Promise<Answer>;
  /** The same where it belongs to a write, and must see all that has been written. */
  check(statement: Compiled<SqlValue>): Promise<Answer>;
  /** All of it is written, or nothing. */
  write(statement: Compiled<SqlValue>): Promise<Answer>;
}

/** Runs a statement as tables need its answer. A connection that is lent has a signal of its own, where none is stated. */
export async function run(
  queries: Queries,
  { sql, parameters }: Compiled<SqlValue>,
  signal?: EndSignal | null,
): Promise<Answer> {
  const statement = { name: nameOf(sql), text: sql, textValues: parameters };
  const { texts, rowCount } = await queries.query(statement, signal);
  return { rows: texts, count: rowCount };
}

/** Names of statements. Those that are not asked for any more make room. */
const names = new LRUCache<string, string>({ max: 2_000 });

/** The same for the same text, in every process: connections keep what they have parsed by name. */
function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  const name = `fourfold_${createHash("sha256").update(sql).digest("base64url").slice(0, 22)}`;
  names.set(sql, name);
  return name;
}
