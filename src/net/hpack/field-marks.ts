import { staticFields } from "./static-table.ts";
import { TableEntry } from "./table-entry.ts";

/**
 * What the caller has to say of a field, as a small number of its own making. It is asked once for each entry of a
 * table, which keeps the answer: a field that comes as a bare index is not looked at again. Made once at start.
 */
export class FieldMarks {
  readonly of: (name: string, value: string) => number;
  /** By index; the first is 1. */
  readonly staticEntries: readonly (TableEntry | null)[];

  constructor(of: (name: string, value: string) => number) {
    this.of = of;
    const entries = staticFields.map(([name, value]) => new TableEntry(name, value, of(name, value)));
    this.staticEntries = [null, ...entries];
  }
}

/** Where nobody asks. */
export const noMarks: FieldMarks = new FieldMarks(() => 0);
