import type { ApiPlan, VersionPlan } from "../../../plan/api-plan.ts";
import { Mistakes } from "../../../plan/mistakes.ts";
import { Connections } from "./connections.ts";
import { rootOf } from "./field-name.ts";
import { addNodes } from "./nodes.ts";
import { OperationFields } from "./operation-fields.ts";
import { Payloads } from "./payloads.ts";
import { fillRows } from "./row-fields.ts";
import { RowTypes } from "./row-types.ts";
import { scalars } from "./scalars.ts";
import { SchemaModel } from "./schema-model.ts";
import { SchemaScope } from "./schema-scope.ts";
import { nonNull, ObjectModel } from "./schema-types.ts";
import type { IsServed } from "./served.ts";
import { ValueTypes } from "./value-types.ts";

/** Makes the schemas of all versions. Throws a DefinitionError with everything that no schema can say. */
export function buildSchemas(plan: ApiPlan, isServed: IsServed): readonly SchemaModel[] {
  const mistakes = new Mistakes();
  const models = plan.versions.map((version) => buildSchema(plan, version, isServed, mistakes));
  mistakes.withoutTwice().assertNone(plan.api.name);
  return models;
}

function buildSchema(
  plan: ApiPlan,
  version: VersionPlan,
  isServed: IsServed,
  mistakes: Mistakes,
): SchemaModel {
  const scope = new SchemaScope(mistakes);
  const rows = new RowTypes(plan, version, scope);
  const values = new ValueTypes(scope, rows);
  const connections = new Connections(scope);
  const parts = { scope, rows, values, connections, payloads: new Payloads(scope, values) };
  fillRows(parts);
  const roots = {
    Query: new ObjectModel("Query"),
    Mutation: new ObjectModel("Mutation"),
    Subscription: new ObjectModel("Subscription"),
  };
  addNodes(roots.Query, { scope, version, rows, isServed });
  const fields = new OperationFields(parts);
  for (const contract of version.contracts) {
    // GraphQL has no words for many messages to one operation.
    if (isServed(contract) && contract.messages === null) fields.add(roots[rootOf(contract)], contract);
  }
  if (roots.Query.fields.size === 0) addVersion(roots.Query, version, scope);
  return new SchemaModel({
    version,
    description: describe(plan, version),
    query: roots.Query,
    mutation: orNull(roots.Mutation),
    subscription: orNull(roots.Subscription),
    types: scope.types,
  });
}

function orNull(root: ObjectModel): ObjectModel | null {
  return root.fields.size === 0 ? null : root;
}

/** A schema must have a query. */
function addVersion(query: ObjectModel, { name }: VersionPlan, scope: SchemaScope): void {
  scope.addOwnField(query, {
    name: "apiVersion",
    type: nonNull(scalars.String),
    arguments: [],
    description: "The version of the API.",
    deprecated: null,
    binding: { kind: "constant", value: name },
  });
}

function describe({ api }: ApiPlan, version: VersionPlan): string {
  const { title, description } = api.options;
  const lines = [
    `${title ?? api.name}, version ${version.name}.`,
    description,
    version.description,
    ...endOf(version),
  ];
  return lines.filter((line) => line != null).join("\n\n");
}

function endOf({ deprecated, sunset, link }: VersionPlan): readonly string[] {
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  return [
    ...(deprecated === null ? [] : [`Deprecated since ${day(deprecated)}.`]),
    ...(sunset === null ? [] : [`Ends ${day(sunset)}.`]),
    ...(link === null ? [] : [`See ${link}`]),
  ];
}
