import { toWords } from "../../../base/casing.ts";
import type { JsonObject } from "../../../base/json.ts";
import type { AnyOperation } from "../../../define/definition.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { RestRoute } from "../routes.ts";
import { errorResponses } from "./error-responses.ts";
import { parameters } from "./parameters.ts";
import { possibleErrors } from "./possible-errors.ts";
import { requestBody } from "./request-body.ts";
import type { DescribeScope } from "./scope.ts";
import { successResponses } from "./success-responses.ts";

/** The tag of operations that belong to no resource. */
export const generalTag = "General";

/** Describes one operation at one address. */
export function describeOperation(
  scope: DescribeScope,
  contract: OperationContract,
  route: RestRoute,
  operationId: string,
): JsonObject {
  const { operation } = contract.plan;
  const body = requestBody(scope, contract, route, operationId);
  const description = describe(operation);
  return {
    operationId,
    tags: [operation.on?.name ?? generalTag],
    summary: summaryOf(operation),
    ...(description === "" ? {} : { description }),
    ...(operation.deprecated === false && scope.version.deprecated === null ? {} : { deprecated: true }),
    ...securityOf(scope, operation),
    parameters: parameters(scope, contract, route),
    ...(body === null ? {} : { requestBody: body }),
    responses: {
      ...successResponses(scope, contract, route, operationId),
      ...errorResponses(scope, possibleErrors(scope.plan, contract, route)),
    },
  };
}

function summaryOf({ method, name, on, scope, sort }: AnyOperation): string {
  const one = on === null ? "" : toWords(on.name).toLowerCase();
  const many = on === null ? "" : toWords(on.plural).toLowerCase();
  // By sound: a user, a unit.
  const article = /^(?:[aeio]|u(?!se|ni))/.test(one) ? "an" : "a";
  switch (method) {
    case "list":
      return `List ${many}`;
    case "get":
      return `Get ${article} ${one}`;
    case "create":
      return `Create ${article} ${one}`;
    case "update":
      return `Change some fields of ${article} ${one}`;
    case "replace":
      return `Replace ${article} ${one}`;
    case "delete":
      return `Delete ${article} ${one}`;
    case "watch":
      return `Watch ${many}: those that there are, and each change`;
    case "batchGet":
      return `Get several ${many}`;
    case "batchCreate":
      return `Create several ${many}`;
    default:
      if (on === null) return toWords(name);
      // Commands are named by verbs, queries by what they answer as well.
      return `${toWords(name)}${sort === "query" ? ":" : ""} ${scope === "item" ? `${article} ${one}` : many}`;
  }
}

function describe({ description, deprecated, allow }: AnyOperation): string {
  const parts = [
    description,
    typeof deprecated === "string" ? `Deprecated: ${deprecated}` : null,
    allow === null ? null : `Who may: ${allow.name}.`,
  ];
  return parts.filter((part) => part !== null).join("\n\n");
}

/** Rules on operations ask for a caller; rules on rows and fields just look at who it is. */
function securityOf({ plan }: DescribeScope, { allow, on }: AnyOperation): JsonObject {
  if (plan.api.options.authenticate === undefined) return {};
  if (allow !== null) return { security: [{ bearer: [] }] };
  const looks =
    on !== null && (on.definition.rows !== null || Object.keys(on.definition.fieldRules).length > 0);
  return looks ? { security: [{}, { bearer: [] }] } : {};
}
