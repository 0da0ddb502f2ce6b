import { upperFirst } from "../../../base/casing.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";

/** `GetUser`. */
export type MethodName = string;

/** The names of standard methods are those of the AIPs (131 to 135, 231, 233); others are a verb and what it is about. */
export function methodName({ plan: { operation } }: OperationContract): MethodName {
  const { on, scope } = operation;
  const verb = upperFirst(operation.name);
  if (on === null) return verb;
  const isPlural = scope === "collection" && operation.method !== "create";
  return `${verb}${isPlural ? upperFirst(on.plural) : on.name}`;
}

/** Where the definition has an operation: `publish`, `users.get`. */
export function placeOf({ plan }: OperationContract): string {
  return plan.operation.method === null ? plan.operation.name : plan.id;
}
