import type { StoredRow, TableModel } from "../../../schema/table.ts";
import type { LoggedRow } from "../../changes.ts";
import type { DecodeRow } from "../../sql/row-decoder.ts";
import { versionColumn } from "../../version-column.ts";
import { compileLogDecoder } from "../values.ts";

/** A column of the log as text of JSON, each of whose members is text: numbers of any length come through as they are. */
export function membersAsText(column: "before" | "after"): string {
  return `(select json_object_agg("key", "value") from jsonb_each_text("${column}"))::text`;
}

/** Decodes the logged rows of one table. */
export class LoggedRows {
  readonly #names: readonly string[];
  readonly #decode: DecodeRow;

  constructor({ columns }: TableModel) {
    this.#names = [...columns.map(({ name }) => name), versionColumn];
    this.#decode = compileLogDecoder(columns).decode;
  }

  row(text: string): StoredRow {
    const members = JSON.parse(text) as Readonly<Record<string, string | null>>;
    return this.#decode(this.#names.map((name) => members[name] ?? null));
  }
}

/** A row as its table had it at one time. */
export class PostgresLoggedRow implements LoggedRow {
  readonly #rows: LoggedRows;
  readonly #text: string;
  #row: StoredRow | null;

  constructor(rows: LoggedRows, text: string) {
    this.#rows = rows;
    this.#text = text;
    this.#row = null;
  }

  get row(): StoredRow {
    this.#row ??= this.#rows.row(this.#text);
    return this.#row;
  }
}
