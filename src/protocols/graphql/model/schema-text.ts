import { printSchema } from "graphql";
import { toGraphqlSchema } from "./graphql-schema.ts";
import type { SchemaModel } from "./schema-model.ts";

/** A version's schema in the schema definition language: in the definition's order, so that the same one gives the same text. */
export function schemaText(model: SchemaModel): string {
  return `${printSchema(toGraphqlSchema(model))}\n`;
}
