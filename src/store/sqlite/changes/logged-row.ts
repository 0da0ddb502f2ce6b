import type { ColumnModel, StoredRow, TableModel } from "../../../schema/table.ts";
import type { LoggedRow } from "../../changes.ts";
import type { DecodeRow } from "../../sql/row-decoder.ts";
import { compileSqliteDecoder } from "../values.ts";

/** Decodes the logged rows of one table. */
export class LoggedRows {
  readonly columns: readonly ColumnModel[];
  readonly #decode: DecodeRow;
  readonly #values: readonly ((logged: unknown) => unknown)[];

  constructor(model: TableModel) {
    this.columns = model.columns;
    this.#decode = compileSqliteDecoder(model.columns).decode;
    this.#values = model.columns.map(({ field }) => valueReader(field.shape.kind));
  }

  /** The values of a row as SQLite had them, in the order of the columns. */
  values(text: string): readonly unknown[] {
    const members = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return this.columns.map(({ name }, index) => {
      const value = members[name] ?? null;
      return value === null ? null : this.#values[index]?.(value);
    });
  }

  row(values: readonly unknown[], version: number): StoredRow {
    return this.#decode([...values, version]);
  }
}

/** A row as its table had it at one time. */
export class SqliteLoggedRow implements LoggedRow {
  readonly #rows: LoggedRows;
  readonly #text: string;
  readonly #version: number;
  #values: readonly unknown[] | null;
  #row: StoredRow | null;

  constructor(rows: LoggedRows, text: string, version: number) {
    this.#rows = rows;
    this.#text = text;
    this.#version = version;
    this.#values = null;
    this.#row = null;
  }

  get values(): readonly unknown[] {
    this.#values ??= this.#rows.values(this.#text);
    return this.#values;
  }

  get row(): StoredRow {
    this.#row ??= this.#rows.row(this.values, this.#version);
    return this.#row;
  }
}

/** See `valueExpression` of the triggers. */
function valueReader(kind: string): (logged: unknown) => unknown {
  if (kind === "int64" || kind === "decimal") return (logged) => BigInt(String(logged));
  if (kind === "bytes") return (logged) => new Uint8Array(Buffer.from(String(logged), "hex"));
  return (logged) => logged;
}
