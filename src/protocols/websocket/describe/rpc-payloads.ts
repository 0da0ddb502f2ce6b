import { upperFirst } from "../../../base/casing.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { inputSchema, type ObjectSchema, toJsonSchema } from "../../../schema/json-schema.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import { demandsVersion, takesVersion } from "../rpc/rpc-method.ts";

/** The params of an operation. */
export function paramsSchema(
  scope: DescribeScope,
  contract: OperationContract,
): { readonly schema: JsonObject; readonly isRequired: boolean } {
  const members = memberSchemas(scope, contract);
  const required = [
    ...(contract.input.takesId ? ["id"] : []),
    ...requiredOf(members).filter((name) => name !== "id"),
    ...(demandsVersion(contract) ? ["ifVersion"] : []),
  ];
  const { required: _, ...others } = members;
  const schema = scope.components.refer(
    "schemas",
    `params ${contract.plan.id}`,
    nameOf(contract, "Params"),
    () => ({
      ...others,
      properties: {
        ...members.properties,
        ...(contract.input.takesId ? { id: idOf(contract) } : {}),
        ...(takesVersion(contract) ? { ifVersion } : {}),
      },
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
    }),
  );
  return { schema, isRequired: required.length > 0 };
}

/** The result of an operation, or each value of a stream. */
export function resultOf(scope: DescribeScope, contract: OperationContract): JsonObject {
  const { outputView, plan } = contract;
  const { output } = plan.operation;
  if (output === null) return { type: "null" };
  const named = (suffix: string, schema: JsonObject): JsonObject =>
    scope.components.refer("schemas", `result ${plan.id}`, nameOf(contract, suffix), () => schema);
  if (outputView !== null && (plan.output === "page" || plan.output === "rows"))
    return named("Result", rowsSchema(scope, outputView, plan.output === "page"));
  const schema = toJsonSchema(output, scope.output);
  const isObject = output.shape.kind === "object" && !output.nullable && !output.optional;
  if (plan.output === "row" || !isObject) return schema;
  return named(plan.operation.sort === "subscription" ? "Value" : "Result", schema);
}

/** What goes with the result: the version of a stored row. */
export function metaOf({ plan, outputView }: OperationContract): JsonObject | null {
  if (plan.output !== "row" || outputView?.resource.definition.stored !== true) return null;
  return {
    type: "object",
    properties: { version: { ...ifVersion, description: "The row's version." } },
    required: ["version"],
    additionalProperties: false,
  };
}

const ifVersion: JsonObject = {
  type: "integer",
  minimum: 1,
  description: "`meta.version` of the row as it was seen: PRECONDITION_FAILED if it has another one by then.",
};

function memberSchemas(scope: DescribeScope, { plan, view, input }: OperationContract): ObjectSchema {
  const { method } = plan.operation;
  if (view === null) return inputSchema(input.members, "operation", scope.input);
  if (method === "create" || method === "replace") return inputSchema(view.members, "row", scope.input);
  if (method === "update") return inputSchema(view.members, "patch", scope.input);
  if (method !== "batchCreate") return inputSchema(input.members, "operation", scope.input);
  const rows = {
    type: "array",
    items: inputSchema(view.members, "row", scope.input),
    minItems: 1,
    maxItems: view.resource.definition.batchMax,
  };
  return { type: "object", properties: { [view.plural]: rows }, required: [view.plural] };
}

function rowsSchema(scope: DescribeScope, view: ResourceView, isPage: boolean): JsonObject {
  const rows = { type: "array", items: scope.rowReference(view.resource.name) };
  const description = "Sent as `pageToken`, it gives the next page. Empty on the last page.";
  const properties = {
    [view.plural]: rows,
    ...(isPage ? { nextPageToken: { type: "string", description } } : {}),
  };
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

function requiredOf(schema: JsonObject): readonly string[] {
  const { required } = schema;
  return Array.isArray(required) ? required.map(String) : [];
}

function idOf({ plan }: OperationContract): JsonObject {
  const description = `The id of the ${plan.operation.on?.name ?? "row"}.`;
  return { type: "string", minLength: 1, maxLength: 200, description };
}

/** `users.update` to `UsersUpdateParams`. */
function nameOf({ plan }: OperationContract, suffix: string): string {
  return `${plan.id.split(".").map(upperFirst).join("")}${suffix}`;
}
