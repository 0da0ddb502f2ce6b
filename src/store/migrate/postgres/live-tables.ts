import type { LiveColumn, LiveTable, LiveTables } from "../compare.ts";
import type { ColumnSnapshot, Snapshot } from "../snapshot.ts";
import { constraintsOf, type LiveConstraint } from "./live-constraints.ts";
import { indexesOf, type LiveIndexRow } from "./live-indexes.ts";
import { constraintName } from "./names.ts";
import type { Session } from "./session.ts";

/** A column as the catalog has it. */
interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  /** Its default as an expression; null for none. */
  readonly fill: string | null;
}

const columnsQuery = `
select c.relname as "table", a.attname as "name", a.attnotnull as "notNull",
  format_type(a.atttypid, a.atttypmod) ||
    case when a.attcollation <> t.typcollation then ' collate "' || o.collname || '"' else '' end as "type",
  pg_get_expr(d.adbin, d.adrelid) as "fill"
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
join pg_type t on t.oid = a.atttypid
left join pg_collation o on o.oid = a.attcollation
left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and c.relname not like 'fourfold\\_%'
order by c.relname, a.attnum`;

/** The tables of the catalog. `wanted` says which columns are expected, for what only shows beside it. */
export async function readLiveTables(session: Session, wanted: Snapshot): Promise<LiveTables> {
  const columns = (await session.query(columnsQuery)).rows.map(toColumnRow);
  const indexes = await indexesOf(session);
  const constraints = await constraintsOf(session);
  const names = [...new Set(columns.map(({ table }) => table))];
  const tables = new Map<string, LiveTable>();
  for (const name of names) {
    const table = new Reading(
      name,
      indexes.filter((each) => each.table === name),
      constraints.filter((each) => each.table === name),
    );
    const expected = wanted.tables.find((each) => each.name === name)?.columns ?? [];
    const live = new Map<string, LiveColumn>();
    for (const row of columns.filter((each) => each.table === name)) {
      const column = expected.find((each) => each.name === row.name);
      const faults = column === undefined ? [] : await defaultFaults(session, row, column);
      live.set(row.name, table.column(row, column?.noCase ?? false, faults));
    }
    tables.set(name, { columns: live, faults: table.faults() });
  }
  return tables;
}

/** What the catalog says of one table. */
class Reading {
  readonly #name: string;
  readonly #indexes: readonly LiveIndexRow[];
  readonly #constraints: readonly LiveConstraint[];

  constructor(name: string, indexes: readonly LiveIndexRow[], constraints: readonly LiveConstraint[]) {
    this.#name = name;
    this.#indexes = indexes;
    this.#constraints = constraints;
  }

  column(row: ColumnRow, noCase: boolean, faults: readonly string[]): LiveColumn {
    const over = this.#indexes.filter(({ column, isValid }) => column === row.name && isValid);
    const index = over.find(({ isUnique }) => isUnique) ?? over[0];
    const reference = this.#constraints.find(({ kind, column }) => kind === "f" && column === row.name);
    const expected = constraintName(this.#name, row.name);
    return {
      type: row.type.toLowerCase(),
      notNull: row.notNull,
      isKey: index?.isPrimary === true,
      // Without an index there is nothing that compares.
      noCase: index?.noCase ?? noCase,
      references: reference?.target ?? null,
      index: index === undefined ? null : index.isUnique ? "unique" : "plain",
      faults: [
        ...faults,
        ...(index?.isUnique === true && index.name !== expected
          ? [`has an index of another name (${index.name})`]
          : []),
        ...(reference !== undefined && reference.name !== expected
          ? [`has a reference of another name (${reference.name})`]
          : []),
        ...(reference?.isValid === false ? ["has a reference that not all rows were checked for"] : []),
      ],
    };
  }

  faults(): readonly string[] {
    return [
      ...this.#indexes.filter(({ isValid }) => !isValid).map(({ name }) => `index ${name} is invalid`),
      ...this.#indexes
        .filter(({ column, isUnique, isValid }) => column === null && isUnique && isValid)
        .map(({ name }) => `${this.#name} has a unique index that is not in the definition (${name})`),
      ...this.#constraints
        .filter(({ kind, column }) => kind === "c" || kind === "x" || (kind === "f" && column === null))
        .map(({ name }) => `${this.#name} has a constraint that is not in the definition (${name})`),
    ];
  }
}

/** The two are written in different ways, so the server says whether they mean the same. */
async function defaultFaults(
  session: Session,
  { fill }: ColumnRow,
  column: ColumnSnapshot,
): Promise<readonly string[]> {
  const wanted = column.fill ?? "null";
  if (fill === null) return wanted === "null" ? [] : [`has no default in place of ${wanted}`];
  if (wanted === "null") return [`has the default ${fill}, which is not in the definition`];
  const type = column.type.replace(/ collate .*$/, "");
  try {
    // Whatever somebody has put there must not change anything.
    await session.query("begin read only");
    const { rows } = await session.query(
      `select (${fill})::${type} is not distinct from (${wanted})::${type} as "same"`,
    );
    return rows[0]?.["same"] === true ? [] : [`has the default ${fill} in place of ${wanted}`];
  } catch {
    return [`has the default ${fill} in place of ${wanted}`];
  } finally {
    await session.query("rollback");
  }
}

function toColumnRow(row: Readonly<Record<string, unknown>>): ColumnRow {
  return {
    table: String(row["table"]),
    name: String(row["name"]),
    type: String(row["type"]),
    notNull: row["notNull"] === true,
    fill: row["fill"] === null ? null : String(row["fill"]),
  };
}
