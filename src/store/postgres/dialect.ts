import {
  DummyDriver,
  type Expression,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type SqlBool,
  sql,
} from "kysely";
import type { Comparison } from "../../schema/condition.ts";
import type { ColumnModel } from "../../schema/table.ts";
import { Slot } from "../sql/compiled-statement.ts";
import type { ValueTest } from "../sql/condition-shape.ts";
import type { AnyTables, Dialect, Match, Where } from "../sql/dialect.ts";
import {
  isUuid,
  keptText,
  type SqlValue,
  sqlType,
  type ToSql,
  toArray,
  toSql,
  toUuidArray,
} from "./values.ts";

/** PostgreSQL's SQL. What it builds is run by a pool of ours. */
export const postgresDialect: Dialect<SqlValue> = {
  builder: new Kysely<AnyTables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new PostgresIntrospector(database),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  }),
  encoder: toSql,
  tests: { form, compare, isIn, like, order },
};

const isNull = " null";
/** A value that no row of the column can have, though it has a place in its order: SQLite would compare it all the same. */
const isOther = " other";

function form(column: ColumnModel, test: ValueTest): string {
  if (test.kind === "in") return "";
  if (test.value === null || test.value === undefined) return isNull;
  return canHave(column, test.value) ? "" : isOther;
}

/** Whether a value is one of the column's type. Else the server would refuse the statement. */
export function canHave({ field }: ColumnModel, value: unknown): boolean {
  switch (field.shape.kind) {
    case "id":
    case "uuid":
    case "ref":
      return isUuid(value);
    case "int32":
      return isWhole(value, 31n);
    case "int64":
      return isWhole(value, 63n);
    default:
      return true;
  }
}

function isWhole(value: unknown, bits: bigint): boolean {
  if (typeof value !== "bigint" && !Number.isInteger(value)) return false;
  const whole = BigInt(value as bigint | number);
  return whole >= -(2n ** bits) && whole < 2n ** bits;
}

function compare(
  column: ColumnModel,
  comparator: Comparison["comparator"],
  form: string,
  slot: Slot<SqlValue>,
): Where {
  const ref = sql.ref(column.name);
  if (form === isNull) return compareNull(ref, comparator);
  if (form === isOther) return compareOther(column, comparator, slot);
  const [operand, bound] = [comparedRef(column, ref), comparedSlot(column, slot)];
  if (comparator !== "!=") return sql<SqlBool>`${operand} ${sql.raw(comparator)} ${bound}`;
  return column.nullable
    ? sql<SqlBool>`(${operand} <> ${bound} or ${ref} is null)`
    : sql<SqlBool>`${operand} <> ${bound}`;
}

function compareNull(ref: Expression<unknown>, comparator: Comparison["comparator"]): Where {
  if (comparator === "=") return sql<SqlBool>`${ref} is null`;
  return comparator === "!=" ? sql<SqlBool>`${ref} is not null` : sql<SqlBool>`false`;
}

function compareOther(
  { name, field }: ColumnModel,
  comparator: Comparison["comparator"],
  { index }: Slot<SqlValue>,
): Where {
  if (comparator === "=") return sql<SqlBool>`false`;
  if (comparator === "!=") return sql<SqlBool>`true`;
  const isNumber = field.shape.kind === "int32" || field.shape.kind === "int64";
  const type = sql.raw(isNumber ? "numeric" : 'text collate "C"');
  const bound = new Slot(index, (value) => String(value).replaceAll("\0", ""));
  return sql<SqlBool>`${sql.ref(name)}::${type} ${sql.raw(comparator)} ${bound}::${type}`;
}

/** One parameter, however many values there are: the statement stays the same. */
function isIn(column: ColumnModel, _values: readonly unknown[], index: number): Where {
  if (sqlType(column.field) === "uuid") {
    // Null is equal to nothing.
    const ids = new Slot(index, (list) => toUuidArray(list as readonly unknown[]));
    return sql<SqlBool>`${sql.ref(column.name)} = any(${ids})`;
  }
  const encode = comparedEncoder(column);
  const isPossible = (value: unknown): boolean => value !== null && canHave(column, value);
  const bound = new Slot(index, (list) =>
    toArray((list as readonly unknown[]).filter(isPossible).map((value) => encode(value))),
  );
  return sql<SqlBool>`${comparedRef(column, sql.ref(column.name))} = any(${bound})`;
}

/** By position, not by LIKE: with regard to case, and nothing in the text is a wildcard. */
function like({ key, name, field }: ColumnModel, match: Match, index: number): Where {
  const isText = sqlType(field).startsWith("text");
  const ref = isText ? sql.ref(name) : sql`${sql.ref(name)}::text`;
  const bound = new Slot(index, (text) => keptText(String(text), key));
  if (match === "contains") return sql<SqlBool>`strpos(${ref}, ${bound}) > 0`;
  if (match === "prefix") return sql<SqlBool>`starts_with(${ref}, ${bound})`;
  return sql<SqlBool>`right(${ref}, length(${bound}::text)) = ${bound}`;
}

function order(
  column: ColumnModel,
  ref: Expression<unknown>,
  descending: boolean,
): readonly Expression<unknown>[] {
  const compared = comparedRef(column, ref);
  // Nulls come last by themselves where an order goes up.
  if (!descending) return [sql`${compared} asc`];
  return [column.nullable ? sql`${compared} desc nulls last` : sql`${compared} desc`];
}

/** What a column's values are compared by: e-mail addresses without regard to the case of ASCII's letters, by their index. */
export function comparedRef({ field }: ColumnModel, ref: Expression<unknown>): Expression<unknown> {
  return field.shape.kind === "email" ? sql`lower(${ref} collate "C")` : ref;
}

/** The same for a value that is bound. */
export function comparedEncoder(column: ColumnModel): ToSql {
  const encode = toSql(column);
  if (column.field.shape.kind !== "email") return encode;
  return (value) => {
    const text = encode(value);
    return typeof text === "string" ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : text;
  };
}

function comparedSlot(column: ColumnModel, slot: Slot<SqlValue>): Slot<SqlValue> {
  return column.field.shape.kind === "email" ? new Slot(slot.index, comparedEncoder(column)) : slot;
}
