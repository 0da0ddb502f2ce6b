import type { Asker, Table } from "../store/store.ts";

/** A table for one who may go away, where that matters to it. */
export function ending(table: Table, asker: Asker | null): Table {
  return asker === null || table.for === null ? table : table.for(asker);
}
