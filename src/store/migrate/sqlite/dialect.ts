import type { Field } from "../../../schema/field.ts";
import { sqlType } from "../../sqlite/values.ts";
import type { Dialect } from "../dialect.ts";
import { convert } from "./convert.ts";
import { fillLiteral } from "./fill.ts";
import { renderChange } from "./render.ts";

/** Migrations of SQLite. */
export const sqliteDialect: Dialect = {
  name: "sqlite",
  type: (field: Field) => sqlType(field),
  fill: fillLiteral,
  convert,
  render: (changes) => changes.flatMap(renderChange),
};
