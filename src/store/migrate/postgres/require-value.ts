import { versionColumn } from "../../version-column.ts";
import type { ColumnSnapshot } from "../snapshot.ts";
import { quoteName } from "../sql.ts";
import type { MigrationStep } from "../step.ts";
import { alter, step } from "./column-step.ts";
import { passingName } from "./names.ts";
import { batches, transaction } from "./parts.ts";
import { dropConstraint } from "./tables.ts";

/** Rows that a back-fill changes in one transaction: writers of them wait for that long. */
const batchSize = 1_000;

/**
 * Rows are filled in batches; then a check, which looks at new rows first and at the others while everyone goes on, is what lets
 * PostgreSQL take the column as required without reading the table under its lock.
 */
export function requireValue(table: string, from: ColumnSnapshot, to: ColumnSnapshot): MigrationStep {
  const [column, check] = [quoteName(to.name), passingName(table, to.name, "required")];
  const fill = to.fill === null ? [] : batches(backfill(table, to.name, to.fill));
  return step(
    table,
    from,
    to,
    `require ${table}.${to.name}`,
    [
      ...fill,
      ...transaction(
        dropConstraint(table, check),
        alter(table, `add constraint ${quoteName(check)} check (${column} is not null) not valid`),
      ),
      // What was written between the two.
      ...fill,
      ...transaction(alter(table, `validate constraint ${quoteName(check)}`)),
      ...transaction(alter(table, `alter column ${column} set not null`), dropConstraint(table, check)),
    ],
    {
      holds: `reads and writes of ${table}: for a moment, twice${to.fill === null ? "" : `; writes of ${batchSize} rows at a time while they are filled`}`,
      breaks: `they may write null for ${table}.${to.name}`,
      undo: [dropConstraint(table, check)],
    },
  );
}

/** A row that is filled has changed like any other: its version grows, and whoever watches is told. */
function backfill(table: string, column: string, fill: string): string {
  const [name, version] = [quoteName(table), quoteName(versionColumn)];
  return (
    `update ${name} set ${quoteName(column)} = ${fill}, ${version} = ${version} + 1\n` +
    `  where "id" in (select "id" from ${name} where ${quoteName(column)} is null limit ${batchSize} for no key update)`
  );
}
