import type { Session } from "./session.ts";

/** A constraint as the catalog has it. */
export interface LiveConstraint {
  readonly table: string;
  readonly name: string;
  /** `f`: a foreign key, `c`: a check, `x`: an exclusion; others show as indexes. */
  readonly kind: string;
  /** The only column that it is over; null for several. */
  readonly column: string | null;
  /** `users on delete CASCADE` of a foreign key. */
  readonly target: string | null;
  /** Whether all rows have been checked. */
  readonly isValid: boolean;
}

const query = `
select c.relname as "table", k.conname as "name", k.contype::text as "kind", k.convalidated as "isValid",
  case when cardinality(k.conkey) = 1 then a.attname end as "column",
  f.relname || ' on delete ' || case k.confdeltype when 'r' then 'RESTRICT' when 'c' then 'CASCADE'
    when 'n' then 'SET NULL' when 'd' then 'SET DEFAULT' else 'NO ACTION' end as "target"
from pg_constraint k
join pg_class c on c.oid = k.conrelid
left join pg_class f on f.oid = k.confrelid
left join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
where c.relnamespace = current_schema()::regnamespace and k.contype in ('f', 'c', 'x')
  and c.relname not like 'fourfold\\_%'
order by c.relname, k.conname`;

/** Foreign keys, checks and exclusions of the schema, ours and others. */
export async function constraintsOf(session: Session): Promise<readonly LiveConstraint[]> {
  const { rows } = await session.query(query);
  return rows.map((row) => ({
    table: String(row["table"]),
    name: String(row["name"]),
    kind: String(row["kind"]),
    column: row["column"] === null ? null : String(row["column"]),
    target: row["target"] === null ? null : String(row["target"]),
    isValid: row["isValid"] === true,
  }));
}
