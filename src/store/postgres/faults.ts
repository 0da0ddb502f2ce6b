import { DatabaseError } from "pg";
import type { ApiError } from "../../errors/api-error.ts";
import { frameworkError } from "../../errors/codes.ts";
import type { ColumnModel, RowValues } from "../../schema/table.ts";
import { constraintName } from "../migrate/postgres/names.ts";
import type { Statement } from "../sql/compiled-statement.ts";
import type { Runner } from "./runner.ts";
import type { TableCode } from "./table-code.ts";
import type { SqlValue } from "./values.ts";

/** SQLSTATEs (PostgreSQL, appendix A). */
const unique = "23505";
const foreignKey = "23503";
const serialization = "40001";
const deadlock = "40P01";
/** No room on the disk, or in memory; read-only, as a server that has become a standby; stopped by an administrator. */
const passing = /^(53|25006$|55P03$|58)/;

/** A write that has failed. */
export interface FailedWrite {
  readonly table: TableCode;
  /** What was to be written; none for a delete. */
  readonly rows: readonly RowValues[];
  /** Reads what the server does not tell. */
  readonly runner: Runner;
}

/** What the server threw at a write, as what the table's model says of it; anything else as {@link toReadError} has it. */
export async function toWriteError(thrown: unknown, write: FailedWrite): Promise<unknown> {
  if (!(thrown instanceof DatabaseError)) return thrown;
  if (thrown.code === unique) return duplicate(thrown, write);
  if (thrown.code === foreignKey) return brokenReference(thrown, write);
  return toReadError(thrown);
}

/** The same for a read. What is no fault of the database's or its operator's is given back as it is. */
export function toReadError(thrown: unknown): unknown {
  if (!(thrown instanceof DatabaseError) || !passing.test(thrown.code ?? "")) return thrown;
  return frameworkError("UNAVAILABLE", "The database cannot be used now", { retryAfter: 1, cause: thrown });
}

/** Whether others were in the way, and doing the same again is likely to succeed. */
export function isConflict(thrown: unknown): boolean {
  return thrown instanceof DatabaseError && (thrown.code === serialization || thrown.code === deadlock);
}

/** Whether a row with the same unique value was there first. */
export function isDuplicate(thrown: unknown): boolean {
  return thrown instanceof DatabaseError && thrown.code === unique;
}

async function duplicate(thrown: DatabaseError, { table, rows, runner }: FailedWrite): Promise<ApiError> {
  const column = columnOf(thrown, table);
  if (column?.onDuplicate) {
    const values = rows.map((row) => row[column.key]);
    const place = await placeOf(values, table.firstDuplicate(column, values), runner);
    return column.onDuplicate(values[place]);
  }
  // The id: nobody may choose one but a handler.
  const field = column?.key ?? "id";
  return frameworkError("CONFLICT", `A row with this ${field} exists already`, { details: { field } });
}

async function brokenReference(
  thrown: DatabaseError,
  { table, rows, runner }: FailedWrite,
): Promise<ApiError> {
  const column = columnOf(thrown, table);
  if (rows.length === 0 || column === undefined || column.references === null)
    return table.model.onReferenced();
  const values = rows.map((row) => row[column.key]);
  const statement = table.firstMissing(
    column,
    values,
    rows.map((row) => row["id"]),
  );
  return column.references.onMissing(values[await placeOf(values, statement, runner)]);
}

/** Constraints are named for their columns. */
function columnOf({ constraint }: DatabaseError, { model }: TableCode): ColumnModel | undefined {
  return model.columns.find(({ name }) => constraintName(model.name, name) === constraint);
}

/** Which of the values it is; the first one where the server cannot tell any more. */
async function placeOf(
  values: readonly unknown[],
  statement: Statement<SqlValue>,
  runner: Runner,
): Promise<number> {
  if (values.length === 1) return 0;
  const { rows } = await runner.check(statement);
  return Number(rows[0]?.[0] ?? 1) - 1;
}
