import { type Awaitable, whenReady } from "../../base/awaitable.ts";
import type { AnyOperation } from "../../define/definition.ts";
import { authorize } from "../authorize.ts";
import type { Call } from "../call.ts";
import type { Step } from "../step.ts";

/** The rule that whoever reads by an operation must meet; null for none. */
export function permission(operation: AnyOperation | null): Step | null {
  return operation === null || operation.allow === null ? null : authorize(operation.allow, () => undefined);
}

/** Goes on at once where there is no rule. */
export function whenPermitted<T>(permit: Step | null, call: Call, next: () => Awaitable<T>): Awaitable<T> {
  return permit === null ? next() : whenReady(permit(call), next);
}
