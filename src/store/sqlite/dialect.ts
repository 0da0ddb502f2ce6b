import type { SQLInputValue } from "node:sqlite";
import {
  DummyDriver,
  type Expression,
  Kysely,
  type SqlBool,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
} from "kysely";
import type { Comparison } from "../../schema/condition.ts";
import type { ColumnModel } from "../../schema/table.ts";
import { Slot } from "../sql/compiled-statement.ts";
import type { ValueTest } from "../sql/condition-shape.ts";
import type { AnyTables, Dialect, Match, Where } from "../sql/dialect.ts";
import { toJsonList, toSql } from "./values.ts";

/** SQLite's SQL. What it builds is prepared and run by a connection of ours. */
export const sqliteDialect: Dialect<SQLInputValue> = {
  builder: new Kysely<AnyTables>({
    dialect: {
      createAdapter: () => new SqliteAdapter(),
      createDriver: () => new DummyDriver(),
      createIntrospector: (database) => new SqliteIntrospector(database),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  }),
  encoder: toSql,
  tests: { form, compare, isIn, like, order },
};

/** Where numbers are listed, SQL depends on how many there are. */
function form(_column: ColumnModel, test: ValueTest): string {
  if (test.kind === "compare" || !test.values.some((value) => typeof value === "number")) return "";
  return ` ${test.values.length}`;
}

function compare(
  { name }: ColumnModel,
  comparator: Comparison["comparator"],
  _form: string,
  slot: Slot<SQLInputValue>,
): Where {
  const operator = comparator === "=" ? sql`is` : comparator === "!=" ? sql`is not` : sql.raw(comparator);
  return sql<SqlBool>`${sql.ref(name)} ${operator} ${slot}`;
}

function isIn(column: ColumnModel, values: readonly unknown[], index: number): Where {
  return column.field.shape.kind === "float" ? inDoubles(column, values, index) : inList(column, index);
}

/** One parameter, however many values there are: the statement stays the same. */
function inList(column: ColumnModel, index: number): Where {
  const encode =
    column.field.shape.kind === "id"
      ? JSON.stringify
      : (list: unknown) => toJsonList(column, list as readonly unknown[]);
  return sql<SqlBool>`${listedColumn(column)} in (select value from json_each(${new Slot(index, encode)}))`;
}

/** SQLite reads one double in 700 from JSON as its neighbour: they are bound, each by itself. */
function inDoubles({ name }: ColumnModel, values: readonly unknown[], index: number): Where {
  const each = values.map(
    (_, place) => new Slot(index, (list) => (list as readonly SQLInputValue[])[place] ?? null),
  );
  return each.length === 0 ? sql<SqlBool>`0` : sql<SqlBool>`${sql.ref(name)} in (${sql.join(each)})`;
}

/** JSON has no octets: they are compared as hexadecimal text. */
function listedColumn({ name, field }: ColumnModel): Expression<unknown> {
  return field.shape.kind === "bytes" ? sql`hex(${sql.ref(name)})` : sql.ref(name);
}

/** By position, not by LIKE: with regard to case, and nothing in the text is a wildcard. */
function like({ name }: ColumnModel, match: Match, index: number): Where {
  const column = sql.ref(name);
  const bound = new Slot(index, String);
  // substr counts code points, and so does a string's iterator. `substr(x, -0)` would be the whole of it.
  const length = new Slot(index, (each) => [...String(each)].length);
  if (match === "contains") return sql<SqlBool>`instr(${column}, ${bound}) > 0`;
  if (match === "prefix") return sql<SqlBool>`substr(${column}, 1, ${length}) = ${bound}`;
  return sql<SqlBool>`substr(${column}, -${length}) = ${bound}`;
}

function order(
  { nullable }: ColumnModel,
  ref: Expression<unknown>,
  descending: boolean,
): readonly Expression<unknown>[] {
  const term = descending ? sql`${ref} desc` : sql`${ref} asc`;
  return nullable ? [sql`${ref} is null`, term] : [term];
}
