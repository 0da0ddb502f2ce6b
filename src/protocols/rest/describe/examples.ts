import type { JsonObject, JsonValue } from "../../../base/json.ts";
import type { Member } from "../../../plan/codec/member.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { exampleOf, type RowExamples } from "../../../schema/json-example.ts";
import type { DescribeScope } from "../../http/describe/scope.ts";

/** An example of a row as callers get it; `undefined` where some member has none. */
export function rowExample(scope: DescribeScope, view: ResourceView): JsonObject | undefined {
  return membersExample(
    view.members.filter(({ field }) => !field.writeOnly),
    rowExamples(scope, view.resource.name),
  );
}

/** An example of an operation's body; `undefined` where a member that must be there has none. */
export function bodyExample(
  scope: DescribeScope,
  contract: OperationContract,
  members: readonly Member[],
): JsonValue | undefined {
  const { view, plan } = contract;
  const { method } = plan.operation;
  const rows = rowExamples(scope, "");
  if (view === null || method === null) return membersExample(members.filter(isWorthShowing), rows);
  const writable = view.members.filter((member) => !member.field.readOnly && isWorthShowing(member));
  if (method === "update") return membersExample(writable.filter(isPatchWorthy).slice(0, 1), rows);
  const row = membersExample(writable, rows);
  return method === "batchCreate" && row !== undefined ? { [view.plural]: [row] } : row;
}

/** An example of a success; `undefined` where there is none. */
export function answerExample(scope: DescribeScope, contract: OperationContract): JsonValue | undefined {
  const { outputView, plan } = contract;
  const { output } = plan.operation;
  if (outputView === null || plan.output === "value") {
    return output === null ? undefined : exampleOf("result", output, rowExamples(scope, ""));
  }
  const row = rowExample(scope, outputView);
  if (row === undefined || plan.output === "row") return row;
  return { [outputView.plural]: [row], ...(plan.output === "page" ? { nextPageToken: "" } : {}) };
}

/** Examples of rows within other values; none of a row within itself. */
function rowExamples(scope: DescribeScope, within: string): RowExamples {
  return (resource) => {
    const view = resource === within ? null : scope.view(resource);
    return view === null ? undefined : rowExample(scope, view);
  };
}

function membersExample(members: readonly Member[], rows: RowExamples): JsonObject | undefined {
  const entries = members.map(({ wire, field }) => [wire, exampleOf(wire, field, rows)] as const);
  const made = entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return made.length === entries.length ? Object.fromEntries(made) : undefined;
}

/** What may be left out is left out where nothing can be made up for it. */
function isWorthShowing({ wire, field }: Member): boolean {
  const example = exampleOf(wire, field, () => undefined);
  return (example !== undefined && example !== null) || !(field.optional || field.default !== undefined);
}

function isPatchWorthy({ field }: Member): boolean {
  return field.shape.kind !== "ref";
}
