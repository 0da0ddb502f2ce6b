import type { ColumnModel, StoredRow, TableModel } from "../../../schema/table.ts";
import type { LoggedRow } from "../../changes.ts";
import type { DecodeRow } from "../../sql/row-decoder.ts";
import { compileSqliteDecoder } from "../values.ts";

/** Decodes the logged rows of one table. */
export class LoggedRows {
  readonly #columns: readonly ColumnModel[];
  readonly #decode: DecodeRow;
  readonly #values: readonly ((logged: unknown) => unknown)[];

  constructor(model: TableModel) {
    this.#columns = model.columns;
    this.#decode = compileSqliteDecoder(model.columns, true).decode;
    this.#values = model.columns.map(({ field }) => valueReader(field.shape.kind));
  }

  row(text: string, version: number): StoredRow {
    const members = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const values = this.#columns.map(({ name }, index) => {
      const value = members[name] ?? null;
      return value === null ? null : this.#values[index]?.(value);
    });
    return this.#decode([...values, version]);
  }
}

/** A row as its table had it at one time. */
export class SqliteLoggedRow implements LoggedRow {
  readonly #rows: LoggedRows;
  /** Empty once it was read. */
  #text: string;
  readonly #version: number;
  #row: StoredRow | null;

  constructor(rows: LoggedRows, text: string, version: number) {
    this.#rows = rows;
    this.#text = text;
    this.#version = version;
    this.#row = null;
  }

  get row(): StoredRow {
    if (this.#row !== null) return this.#row;
    const row = this.#rows.row(this.#text, this.#version);
    this.#row = row;
    this.#text = "";
    return row;
  }
}

/** See `valueExpression` of the triggers. */
function valueReader(kind: string): (logged: unknown) => unknown {
  if (kind === "int64" || kind === "decimal") return (logged) => BigInt(String(logged));
  if (kind === "bytes") return (logged) => new Uint8Array(Buffer.from(String(logged), "hex"));
  return (logged) => logged;
}
