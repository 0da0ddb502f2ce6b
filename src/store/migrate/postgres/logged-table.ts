import type { FieldKind } from "../../../schema/field.ts";
import type { ReferenceSnapshot, TableSnapshot } from "../snapshot.ts";

/** What the triggers of a table are made from: of the table as it is at a moment of a migration, which no definition may have. */
export interface LoggedTable {
  readonly name: string;
  readonly columns: readonly LoggedColumn[];
  /** Whether its changes are logged, for those who watch. */
  readonly watched: boolean;
}

export interface LoggedColumn {
  readonly name: string;
  readonly kind: FieldKind;
  /** A reference that deleting sets to null changes the row, and with it its version. */
  readonly references: Pick<ReferenceSnapshot, "onDelete"> | null;
}

/** A table in terms of its triggers. */
export function toLoggedTable(table: TableSnapshot, watched: ReadonlySet<string>): LoggedTable {
  return { name: table.name, columns: table.columns, watched: watched.has(table.name) };
}
