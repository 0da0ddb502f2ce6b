/** One statement of SQL, with `$1`, `$2`... where its values go. */
export interface Statement {
  /**
   * Statements of the same text under the same name are parsed and planned once a connection. At most 63 bytes; behind a
   * PgBouncer it is left out.
   */
  readonly name?: string;
  readonly text: string;
  readonly values?: unknown[];
  /** How columns become values; pg's own parsers where it is not stated. */
  readonly types?: TypeParsers;
  /** `array` for rows by position, in place of rows by column. */
  readonly rowMode?: "array";
  /** Nothing is sent behind it, however quick it was before. */
  readonly mayTakeLong?: boolean;
}

/** Parsers by the type's OID: those of pg for what it does not want to parse itself (`import { types } from "pg"`). */
export interface TypeParsers {
  // biome-ignore lint/suspicious/noExplicitAny: what pg's own parsers give has no type
  getTypeParser(oid: number, format?: "text" | "binary"): (text: any) => any;
}

/** A row by column. */
export type Row = Readonly<Record<string, unknown>>;

/** What a statement came to. */
export interface Result {
  readonly rows: readonly Row[];
  /** Rows read or written; 0 for statements that have none. */
  readonly rowCount: number;
}

/**
 * Runs statements. Rejects with pg's DatabaseError for what the server says of a statement (constraints, serialization
 * failures...), and with an ApiError for all else: UNAVAILABLE with a retry time, DEADLINE_EXCEEDED, or the reason of the
 * signal. What an aborted signal leaves behind is cancelled at the server.
 */
export interface Queries {
  query(statement: Statement, signal?: AbortSignal | null): Promise<Result>;
}
