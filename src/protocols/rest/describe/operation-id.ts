import { upperFirst } from "../../../base/casing.ts";
import type { AnyOperation } from "../../../define/definition.ts";

/**
 * The name of an operation among all of the API: `listUsers`, `getUser`, `publishPost`. It depends on the definition of
 * this one operation alone, so that generated clients keep their names.
 */
export function operationId({ name, on, scope }: AnyOperation): string {
  if (on === null) return name;
  const isOne = scope === "item" || name === "create";
  return name + (isOne ? on.name : upperFirst(on.plural));
}

/** A name that is taken already gets a number, in the order of the definition. */
export class OperationIds {
  readonly #taken = new Set<string>();

  take(operation: AnyOperation): string {
    const wanted = operationId(operation);
    let id = wanted;
    for (let number = 2; this.#taken.has(id); number++) id = `${wanted}${number}`;
    this.#taken.add(id);
    return id;
  }
}
