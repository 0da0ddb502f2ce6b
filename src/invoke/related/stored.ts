import { everyRow } from "../../schema/condition.ts";
import type { EachQuery } from "../../store/store.ts";
import type { StoredRows } from "../standard.ts";
import type { ReadRelated } from "./many.ts";
import type { ReadByIds } from "./one.ts";

/** Reads the rows of a store by their ids. */
export function storedOne(rows: StoredRows): ReadByIds {
  return (call, ids, columns) =>
    rows.table(call).joined.getMany(ids, rows.visible(call), rows.chosen(columns), call);
}

/** Reads the rows of a store that refer to others by `key`. */
export function storedRelated(rows: StoredRows, key: string): ReadRelated {
  return (call, ids, { where, columns, limit, ...query }) => {
    const visible = rows.visible(call) ?? everyRow;
    const chosen = rows.chosen(columns);
    const asked: EachQuery = {
      ...query,
      key,
      values: ids,
      where:
        visible === everyRow ? where : where === everyRow ? visible : { kind: "all", of: [visible, where] },
      // One row more than the page has tells whether there is a next page.
      limit: limit + 1,
      ...(chosen === undefined ? {} : { columns: chosen }),
    };
    return rows.table(call).joined.listEach(asked, call);
  };
}
