import type { AnyResource } from "../define/definition.ts";

/** Whether the row that a reference is to can be found: by the store, or by the application's own `get`. */
export function isFindable({ definition }: AnyResource): boolean {
  return definition.stored || definition.operations.get !== null || definition.operations.batchGet !== null;
}

/** Whether the rows that refer by a field can be found: by the store, or by what the application says under `related`. */
export function isListable({ definition }: AnyResource, field: string): boolean {
  return definition.stored || definition.related[field] !== undefined;
}
