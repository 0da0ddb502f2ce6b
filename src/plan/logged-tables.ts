import type { TableModel } from "../schema/table.ts";
import type { ApiPlan } from "./api-plan.ts";
import { tableName } from "./table.ts";

/**
 * The tables of an API whose database others write to as well: changes of all that is cached are logged, watched or not, for caches learn
 * of them by the log.
 */
export function loggedTables({ operations, today, tables }: ApiPlan): readonly TableModel[] {
  const read = new Set(operations.flatMap(({ cache }) => cache?.reads ?? []));
  const cached = new Set(
    today.resources
      .filter(({ resource }) => read.has(resource.name))
      .map(({ resource }) => tableName(resource)),
  );
  return tables.map((table) => (cached.has(table.name) ? { ...table, watched: true } : table));
}
