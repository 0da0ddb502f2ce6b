import type { StoredRow } from "../../schema/table.ts";
import type { Choice } from "../sql/choice.ts";
import type { RawValues } from "../sql/row-decoder.ts";
import { fromArray } from "./array-text.ts";

/** Rows of many lists, by list: what {@link EachStatements} give. */
export function toLists(rows: readonly RawValues[], count: number, choice: Choice): StoredRow[][] {
  const lists = Array.from({ length: count }, (): StoredRow[] => []);
  for (const raw of rows) if (raw[0] !== null) lists[Number(raw[choice.names.length])] = toRows(raw, choice);
  return lists;
}

function toRows(raw: RawValues, { names, decode }: Choice): StoredRow[] {
  const columns = names.map((_, index) => fromArray(String(raw[index])));
  const rows: StoredRow[] = [];
  // A decoder keeps nothing of what it reads but the values: one array does for all rows.
  const values: unknown[] = names.map(() => null);
  for (let row = 0; row < (columns[0]?.length ?? 0); row++) {
    for (let index = 0; index < columns.length; index++) values[index] = columns[index]?.[row];
    rows.push(decode(values));
  }
  return rows;
}
