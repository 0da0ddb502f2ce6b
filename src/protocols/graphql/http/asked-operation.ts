import { type Awaitable, whenReady } from "../../../base/awaitable.ts";
import type { PreparedOperation } from "../documents/prepared.ts";
import { tooComplex } from "../documents/request-errors.ts";
import type { GraphqlEndpoint } from "../endpoint.ts";
import type { GraphqlRequest } from "./graphql-request.ts";
import type { GraphqlParameters } from "./parameters.ts";
import type { ResponseExtensions } from "./respond.ts";

/** The operation that is asked for. Throws RequestErrors, or an ApiError. */
export function findOperation(
  { documents }: GraphqlEndpoint,
  parameters: GraphqlParameters,
): PreparedOperation {
  return documents.find(parameters).operation(parameters.operationName);
}

/** Holds an operation against the limit of rows, and tells what it costs where that was asked for. Throws RequestErrors. */
export function costOf(
  { limits }: Pick<GraphqlEndpoint, "limits">,
  { cost }: PreparedOperation,
  { variables, tellsCost }: GraphqlParameters,
): ResponseExtensions {
  const rows = cost.of(variables);
  if (rows > limits.cost) throw tooComplex("cost", limits.cost, rows);
  return tellsCost ? `"cost":{"rows":${rows},"limit":${limits.cost}}` : null;
}

/** Finds out who asks: once for all fields, and for all requests of an array. */
export function identify(request: GraphqlRequest): Awaitable<void> {
  const { authenticate } = request.endpoint;
  if (authenticate === null) return;
  return whenReady(authenticate(request), (caller) => {
    request.caller = caller;
  });
}
