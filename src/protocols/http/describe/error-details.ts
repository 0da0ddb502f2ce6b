import { toSnakeCase, upperFirst } from "../../../base/casing.ts";
import type { JsonObject } from "../../../base/json.ts";
import { Field } from "../../../schema/field.ts";
import { toJsonSchema } from "../../../schema/json-schema.ts";
import type { ErrorEntry } from "./error-catalog.ts";
import type { DescribeScope } from "./scope.ts";

/** The facts that an error tells. */
export function detailsSchema({ details }: ErrorEntry, scope: DescribeScope): JsonObject {
  const properties = Object.entries(details).map(([name, type]) => [
    name,
    type instanceof Field ? toJsonSchema(type, scope.output) : {},
  ]);
  return { type: "object", properties: Object.fromEntries(properties) };
}

/** `EMAIL_TAKEN` to `EmailTaken`. */
export function errorName(code: string): string {
  return toSnakeCase(code).split("_").map(upperFirst).join("");
}
