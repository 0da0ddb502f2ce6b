import { type Awaitable, whenReady } from "../../../base/awaitable.ts";
import type { Caller, Credentials } from "../../../define/caller.ts";
import { assertGranted } from "../../../invoke/limit.ts";
import type { QuotaState } from "../../../invoke/quota/quota-state.ts";
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

/** Rows that an operation may read. Throws RequestErrors where they are over the limit. */
export function costOf(
  { limits }: GraphqlEndpoint,
  { cost }: PreparedOperation,
  { variables }: GraphqlParameters,
): number {
  const rows = cost.of(variables);
  if (rows > limits.cost) throw tooComplex("cost", limits.cost, rows);
  return rows;
}

/** What the answer tells of the cost, where that was asked for. */
export function costExtension(
  { limits }: GraphqlEndpoint,
  rows: number,
  { tellsCost }: GraphqlParameters,
): ResponseExtensions {
  return tellsCost ? `"cost":{"rows":${rows},"limit":${limits.cost}}` : null;
}

/** Who asks for something. */
export interface Asker {
  readonly endpoint: GraphqlEndpoint;
  readonly caller: Caller | null;
  readonly credentials: Credentials;
  /** What is left of the quota; null where there is none. */
  quota: QuotaState | null;
}

/** Takes an operation's cost of the asker's quota: of the same as calls over other protocols. Throws QUOTA_EXCEEDED. */
export function charge(asker: Asker, rows: number): void {
  asker.quota = asker.endpoint.invoker.charge(asker.caller, asker.credentials, Math.max(1, rows));
  if (asker.quota !== null) assertGranted(asker.quota);
}

/** Finds out who asks: once for all fields, and for all requests of an array. */
export function identify(request: GraphqlRequest): Awaitable<void> {
  return whenReady(request.endpoint.invoker.identify(request), (caller) => {
    request.caller = caller;
  });
}
