import type { OperationContract } from "../../../plan/operation-contract.ts";

/** A row with a version has a tag; safe answers with many rows, and kept ones, have one of their content. */
export function hasTag({ plan, outputView }: OperationContract): boolean {
  if (plan.output === "row" && outputView?.resource.definition.stored === true) return true;
  return (
    plan.operation.sort === "query" &&
    (plan.cache !== null || plan.output === "page" || plan.output === "rows")
  );
}

/** What changes a row whose version the caller may state. */
export function changesRow({ plan }: OperationContract): boolean {
  const { method } = plan.operation;
  return method === "update" || method === "replace" || method === "delete";
}

/** Where `If-Match` is compared: with the tag of the answer, or with that of the row that a command is about. */
export function takesIfMatch(contract: OperationContract): boolean {
  const { sort, scope } = contract.plan.operation;
  return sort === "query" ? hasTag(contract) : scope === "item";
}
