import type { AnyResource, StandardMethod } from "../../../define/definition.ts";
import type { FrameworkCode } from "../../../errors/codes.ts";
import type { ApiPlan } from "../../../plan/api-plan.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import { targetName } from "../../../plan/table.ts";
import { applicationError, type ErrorEntry, frameworkEntry, notFoundError } from "./error-catalog.ts";

/**
 * The errors that an operation may answer with, on whichever protocol, and those that a protocol has beside; by HTTP status and code.
 * Failures of the server itself are not among them.
 */
export function possibleErrors(
  plan: ApiPlan,
  contract: OperationContract,
  ofProtocol: readonly FrameworkCode[],
): readonly ErrorEntry[] {
  const { operation } = contract.plan;
  const entries = [
    ...ofProtocol.map(frameworkEntry),
    ...frameworkCodes(contract).map(frameworkEntry),
    ...(plan.api.options.quota === undefined ? [] : [frameworkEntry("QUOTA_EXCEEDED")]),
    ...operation.errors.map(applicationError),
    ...(operation.on === null ? [] : rowErrors(plan, operation.on, contract)),
  ];
  const unique = new Map(entries.map((entry) => [entry.code, entry]));
  return [...unique.values()].sort((a, b) => a.http - b.http || (a.code < b.code ? -1 : 1));
}

function frameworkCodes({ plan: { operation, deadline } }: OperationContract): readonly FrameworkCode[] {
  return [
    "INVALID_INPUT",
    ...when(operation.method === "list", "INVALID_FILTER", "INVALID_PAGE_TOKEN"),
    ...when(operation.method === "watch", "INVALID_FILTER", "INVALID_POSITION", "POSITION_EXPIRED"),
    ...when(operation.allow !== null, "UNAUTHENTICATED", "PERMISSION_DENIED"),
    ...when(
      operation.sort === "command",
      "IDEMPOTENCY_KEY_IN_USE",
      "IDEMPOTENCY_KEY_REUSED",
      "TRANSACTION_CONFLICT",
    ),
    ...when(deadline > 0, "DEADLINE_EXCEEDED"),
  ];
}

/** These codes, or none. */
export function when(holds: boolean, ...codes: readonly FrameworkCode[]): readonly FrameworkCode[] {
  return holds ? codes : [];
}

const writing: ReadonlySet<StandardMethod | null> = new Set(["create", "update", "replace", "batchCreate"]);

/** What the rows themselves may object to. */
function rowErrors(plan: ApiPlan, resource: AnyResource, contract: OperationContract): readonly ErrorEntry[] {
  const { method, scope, handle } = contract.plan.operation;
  const missing = scope === "item" || method === "batchGet" ? [notFoundError(resource)] : [];
  // The store's objections; a handler of the application's own names those that it lets through.
  if (handle !== null) return missing;
  if (writing.has(method)) return [...missing, ...valueErrors(resource)];
  const referenced = method === "delete" && isReferenced(plan, resource);
  return referenced ? [...missing, frameworkEntry("STILL_REFERENCED")] : missing;
}

function valueErrors(resource: AnyResource): readonly ErrorEntry[] {
  return Object.values(resource.definition.fields).flatMap(({ unique, shape }) => [
    ...(shape.kind === "ref" ? [frameworkEntry("REFERENCE_NOT_FOUND")] : []),
    ...(unique === false ? [] : [unique === true ? frameworkEntry("CONFLICT") : applicationError(unique)]),
  ]);
}

/** Whether rows elsewhere can keep a row from being deleted. */
function isReferenced(plan: ApiPlan, resource: AnyResource): boolean {
  const fields = (plan.api.options.resources ?? []).flatMap(({ definition }) =>
    Object.values(definition.fields),
  );
  return fields.some(
    ({ shape }) =>
      shape.kind === "ref" && shape.onDelete === "restrict" && targetName(shape) === resource.name,
  );
}
