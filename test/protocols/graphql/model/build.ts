import assert from "node:assert/strict";
import { type ASTNode, type GraphQLSchema, parse, print, printSchema, validateSchema, visit } from "graphql";
import type { Api } from "../../../../src/define/api.ts";
import { compileApi } from "../../../../src/plan/compile.ts";
import { DefinitionError } from "../../../../src/plan/mistakes.ts";
import { buildSchemas } from "../../../../src/protocols/graphql/model/build.ts";
import { toGraphqlSchema } from "../../../../src/protocols/graphql/model/graphql-schema.ts";
import type { SchemaModel } from "../../../../src/protocols/graphql/model/schema-model.ts";
import { isInContract } from "../../../../src/protocols/graphql/model/served.ts";

/** The model of a version; the first one where none is named. */
export function modelOf(api: Api, version?: string): SchemaModel {
  const models = buildSchemas(compileApi(api), isInContract);
  const found = models.find((model) => version === undefined || model.version.name === version);
  if (found === undefined) throw new Error("There is no such version");
  return found;
}

/** Its schema, which is valid. */
export function schemaOf(api: Api, version?: string): GraphQLSchema {
  const schema = toGraphqlSchema(modelOf(api, version));
  assert.deepEqual(validateSchema(schema), []);
  return schema;
}

/** The lines of a type, without descriptions. */
export function declaration(schema: GraphQLSchema, name: string): readonly string[] {
  const found = parse(printSchema(schema)).definitions.find(
    (each) => "name" in each && each.name?.value === name,
  );
  if (found === undefined) throw new Error(`There is no ${name}`);
  return print(visit(found, { enter: withoutDescription })).split("\n");
}

function withoutDescription(node: ASTNode): ASTNode {
  return { ...node, description: undefined } as ASTNode;
}

/** What is wrong with a definition, a line each: `place: message. mend.` */
export function mistakesOf(api: Api): readonly string[] {
  try {
    modelOf(api);
  } catch (thrown) {
    if (!(thrown instanceof DefinitionError)) throw thrown;
    return thrown.mistakes.map(({ place, message, mend }) => `${place}: ${message}. ${mend}.`);
  }
  return [];
}
