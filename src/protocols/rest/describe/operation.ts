import type { JsonObject } from "../../../base/json.ts";
import type { AnyOperation } from "../../../define/definition.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { generalTag } from "../../http/describe/info.ts";
import { descriptionOf, summaryOf } from "../../http/describe/operation-text.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";
import type { RestRoute } from "../routes.ts";
import { errorResponses } from "./error-responses.ts";
import { parameters } from "./parameters.ts";
import { requestBody } from "./request-body.ts";
import { restErrors } from "./rest-errors.ts";
import { successResponses } from "./success-responses.ts";

/** Describes one operation at one address. */
export function describeOperation(
  scope: DescribeScope,
  contract: OperationContract,
  route: RestRoute,
  operationId: string,
): JsonObject {
  const { operation } = contract.plan;
  const body = requestBody(scope, contract, route, operationId);
  const description = descriptionOf(operation);
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
      ...errorResponses(scope, restErrors(scope.plan, contract, route)),
    },
  };
}

/** Rules on operations ask for a caller; rules on rows and fields just look at who it is. */
function securityOf({ plan }: DescribeScope, { allow, on }: AnyOperation): JsonObject {
  if (plan.api.options.authenticate === undefined) return {};
  if (allow !== null) return { security: [{ bearer: [] }] };
  const looks =
    on !== null && (on.definition.rows !== null || Object.keys(on.definition.fieldRules).length > 0);
  return looks ? { security: [{}, { bearer: [] }] } : {};
}
