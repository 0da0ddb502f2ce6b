import type { EndSignal } from "../../../base/end-signal.ts";
/** One statement of SQL, with `$1`, `$2`... where its values go. */
export interface Statement {
  /**
   * Statements of the same text under the same name are parsed and planned once a connection. At most 63 bytes; behind a
   * PgBouncer it is left out.
   */
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
  /** In place of `values`: rows then come as `texts`, which costs this process a third. */
  readonly textValues?: readonly TextValue[];
  /** Nothing is sent behind it, however quick it was before. */
  readonly mayTakeLong?: boolean;
}

/** What goes where a `$1` stands. */
export type TextValue = string | number | Buffer | null;

/** Columns as the server writes them, by position; null for one that has no value. */
export type RowOfTexts = readonly (string | null)[];

/** A row by column. */
export type Row = Readonly<Record<string, unknown>>;

/** What a statement came to. */
export interface Result {
  readonly rows: readonly Row[];
  /** Rows of a statement with `textValues`, which has no others. */
  readonly texts: readonly RowOfTexts[];
  /** Rows read or written; 0 for statements that have none. */
  readonly rowCount: number;
}

/**
 * Runs statements. Rejects with pg's DatabaseError for what the server says of a statement (constraints, serialization
 * failures...), and with an ApiError for all else: UNAVAILABLE with a retry time, DEADLINE_EXCEEDED, or the reason of the
 * signal. What an aborted signal leaves behind is cancelled at the server.
 */
export interface Queries {
  query(statement: Statement, signal?: EndSignal | null): Promise<Result>;
}
