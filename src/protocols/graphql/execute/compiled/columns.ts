import { versionKey } from "../../../../schema/table.ts";
import type { Columns } from "../../../../store/store.ts";
import type { FieldBinding } from "../../model/schema-types.ts";

/** The values of a row that its fields are made of. */
export class ColumnsOfRow {
  readonly #keys = new Set<string>();

  add(binding: FieldBinding): void {
    if (binding.kind === "member" || binding.kind === "reference") this.#keys.add(binding.key);
    else if (binding.kind === "rowVersion") this.#keys.add(versionKey);
  }

  addAll(columns: Columns): void {
    for (const key of columns) this.#keys.add(key);
  }

  get columns(): Columns {
    return [...this.#keys].sort();
  }
}
