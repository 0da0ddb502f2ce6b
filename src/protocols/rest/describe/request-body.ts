import { upperFirst } from "../../../base/casing.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { inputSchema } from "../../../schema/json-schema.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import type { RestRoute } from "../routes.ts";
import { bodyExample } from "./examples.ts";
import { type ResourceForm, resourceForm } from "./resource-schemas.ts";

/** The body of an operation; null where it takes none. */
export function requestBody(
  scope: DescribeScope,
  contract: OperationContract,
  route: RestRoute,
  operationId: string,
): JsonObject | null {
  if (route.inputFrom !== "body") return null;
  const members = contract.input.members.filter(({ wire }) => !route.pathParameters.includes(wire));
  if (members.length === 0) return null;
  const schema = bodySchema(scope, contract, route, operationId);
  const example = bodyExample(scope, contract, members);
  const content = example === undefined ? { schema } : { schema, example };
  const optional = members.every(({ field }) => field.optional || field.default !== undefined);
  return {
    ...(optional ? {} : { required: true }),
    content: Object.fromEntries(route.mediaTypes.map((type) => [type, content])),
  };
}

const forms: Readonly<Record<string, ResourceForm>> = {
  create: "Create",
  replace: "Replace",
  update: "Patch",
  batchCreate: "BatchCreate",
};

function bodySchema(
  scope: DescribeScope,
  contract: OperationContract,
  { pathParameters }: RestRoute,
  operationId: string,
): JsonObject {
  const { method } = contract.plan.operation;
  const form = method === null ? undefined : forms[method];
  if (form !== undefined && contract.view !== null) return resourceForm(scope, contract.view, form);
  const members = contract.input.members.filter(({ wire }) => !pathParameters.includes(wire));
  return scope.components.refer("schemas", `input ${operationId}`, `${upperFirst(operationId)}Input`, () =>
    inputSchema(members, "operation", scope.input),
  );
}
