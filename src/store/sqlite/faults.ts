import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { RowValues, TableModel } from "../../schema/table.ts";
import type { Connection } from "./connection.ts";

/** Result codes of SQLite (https://www.sqlite.org/rescode.html). */
const unique = new Set([2067, 1555]);
/** 1811 is what `on delete restrict` gives, as the work of a trigger. */
const foreignKey = new Set([787, 1811]);
/** Busy, locked, read-only, I/O error, full, cannot open: the caller may try again, and an operator must look. */
const passing = new Set([5, 6, 8, 10, 13, 14]);

interface SqliteError extends Error {
  readonly errcode: number;
}

/** What SQLite threw, as what the table's model says of it; anything else is given back as it is. */
export function toStoreError(
  thrown: unknown,
  model: TableModel | null,
  values: RowValues,
  connection: Connection,
): unknown {
  if (!isSqliteError(thrown)) return thrown;
  if (model !== null && unique.has(thrown.errcode)) return duplicate(thrown, model, values);
  if (model !== null && foreignKey.has(thrown.errcode)) return brokenReference(model, values, connection);
  if (passing.has(thrown.errcode & 0xff)) {
    return frameworkError("UNAVAILABLE", "The database cannot be used now", {
      retryAfter: 1,
      cause: thrown,
    });
  }
  return thrown;
}

export function isSqliteError(thrown: unknown): thrown is SqliteError {
  return thrown instanceof Error && "errcode" in thrown && typeof thrown.errcode === "number";
}

/** Whether another connection holds the lock that a statement needs. */
export function isLocked(thrown: unknown): boolean {
  return isSqliteError(thrown) && (thrown.errcode & 0xff) === 5;
}

/** SQLite names the column: `UNIQUE constraint failed: users.email`. */
function duplicate(thrown: SqliteError, model: TableModel, values: RowValues): ApiError {
  const name = /: (?:[^.\s]+)\.(\S+)$/.exec(thrown.message)?.[1];
  const column = model.columns.find((each) => each.name === name);
  if (column?.onDuplicate) return column.onDuplicate(values[column.key]);
  // The id: nobody may choose one but a handler.
  const field = column?.key ?? "id";
  return frameworkError("CONFLICT", `A row with this ${field} exists already`, { details: { field } });
}

/** SQLite names nothing here: the references of the row are looked at one by one. */
function brokenReference(model: TableModel, values: RowValues, connection: Connection): ApiError {
  for (const { key, references } of model.columns) {
    const id = values[key];
    if (references === null || typeof id !== "string") continue;
    const found = connection.get(`select 1 from "${references.table}" where "id" = ?`, [id]);
    if (found === undefined) return references.onMissing(id);
  }
  return model.onReferenced();
}
