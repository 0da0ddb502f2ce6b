import { frameworkError } from "../../../errors/codes.ts";
import { errorsOf } from "../documents/request-errors.ts";
import { ExecutionResult } from "../execute/execution.ts";
import { charge, costExtension, costOf, findOperation, identify } from "./asked-operation.ts";
import type { GraphqlRequest } from "./graphql-request.ts";
import { readParameters } from "./parameters.ts";
import { respondText, toResponse } from "./respond.ts";

/** Answers requests in an array, one after another: each has its own response, in their order. */
export async function answerBatch(request: GraphqlRequest, values: readonly unknown[]): Promise<void> {
  const { batchMax } = request.endpoint;
  if (values.length === 0 || values.length > batchMax) throw notTaken(batchMax);
  await identify(request);
  const responses: string[] = [];
  for (const value of values) responses.push(await answerOne(request, value));
  await respondText(request, `[${responses.join(",")}]`);
}

async function answerOne(request: GraphqlRequest, value: unknown): Promise<string> {
  const { endpoint, caller, requestId } = request;
  try {
    const parameters = readParameters(value);
    const operation = findOperation(endpoint, parameters);
    if (operation.execution.kind === "subscription")
      throw frameworkError("NOT_ACCEPTABLE", "A subscription cannot stand in an array of requests");
    const rows = costOf(endpoint, operation, parameters);
    charge(request, rows);
    const { variables } = parameters;
    const result = await operation.execution.run({ source: request, caller, variables });
    return toResponse(result, costExtension(endpoint, rows, parameters));
  } catch (thrown) {
    const errors = errorsOf(thrown, (unknown) => endpoint.toApiError(unknown, requestId));
    return ExecutionResult.refused(...errors).text;
  }
}

function notTaken(max: number): Error {
  const message =
    max === 0 ? "Arrays of requests are not taken here" : `An array may have 1 to ${max} requests`;
  return frameworkError("INVALID_INPUT", message, {
    violations: [{ path: "", rule: "batch", message, mend: "Send each request by itself" }],
  });
}
