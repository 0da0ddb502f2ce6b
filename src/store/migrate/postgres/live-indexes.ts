import type { Session } from "./session.ts";

/** An index as the catalog has it. */
export interface LiveIndexRow {
  readonly table: string;
  readonly name: string;
  /** The only column that it is over; null for several, for part of the rows, and for other expressions. */
  readonly column: string | null;
  /** Over the column without regard to case. */
  readonly noCase: boolean;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  /** Not what an interrupted `create index concurrently` has left behind. */
  readonly isValid: boolean;
}

const query = `
select c.relname as "table", x.relname as "name", a.attname as "column", i.indisunique as "isUnique",
  i.indisprimary as "isPrimary", i.indisvalid and i.indisready as "isValid",
  i.indnkeyatts = 1 and i.indpred is null as "isWhole", pg_get_indexdef(i.indexrelid, 1, true) as "key"
from pg_index i
join pg_class c on c.oid = i.indrelid
join pg_class x on x.oid = i.indexrelid
left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0] and i.indkey[0] > 0
where c.relnamespace = current_schema()::regnamespace and c.relname not like 'fourfold\\_%'
order by c.relname, x.relname`;

/** As PostgreSQL writes `lower("email" collate "C")` of a column whose collation is that already, or not. */
const lowered = /^lower\(\(?"?(\w+)"?(?:::text)?(?: COLLATE "C")?\)?\)$/;

/** All indexes of the schema, ours and others. */
export async function indexesOf(session: Session): Promise<readonly LiveIndexRow[]> {
  const { rows } = await session.query(query);
  return rows.map((row) => {
    const inLower = lowered.exec(String(row["key"]))?.[1] ?? null;
    const column = row["column"] === null ? inLower : String(row["column"]);
    return {
      table: String(row["table"]),
      name: String(row["name"]),
      column: row["isWhole"] === true ? column : null,
      noCase: row["column"] === null && inLower !== null,
      isUnique: row["isUnique"] === true,
      isPrimary: row["isPrimary"] === true,
      isValid: row["isValid"] === true,
    };
  });
}
