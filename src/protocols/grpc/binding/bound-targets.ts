import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { ResourceView } from "../../../plan/resource-view.ts";
import { t } from "../../../schema/t.ts";
import { fieldMask } from "../protobuf/well-known.ts";
import { inputTargets, objectTargets, single, type Target, type Targets } from "./target.ts";

/** The members of a resource's rows, in one version. */
export type RowsInVersion = (resource: string) => Targets;

/** What the fields of a request may stand for. */
export function requestTargets(contract: OperationContract): Targets {
  const { input, messages, plan, view } = contract;
  const { method, on } = plan.operation;
  if (messages !== null) return inputTargets(messages, messages.members, false);
  const { all } = inputTargets(input, input.members, method === "update");
  const ignored = view === null ? [] : readOnlyNames(view);
  const members =
    method === "batchCreate" && view !== null ? all.map((each) => ({ ...each, items: newRows(view) })) : all;
  const has = (name: string): boolean => members.some((member) => member.name === name);
  const id = input.takesId && !has("id") ? [single("id", t.uuid(), true)] : [];
  const changesRow = method === "update" || method === "replace" || method === "delete";
  const stored = changesRow && on?.definition.stored === true ? on.definition : null;
  const tag = stored !== null && !has("etag") ? [single("etag", t.string(), stored.requireMatch)] : [];
  const mask = method === "update" && !has(updateMask.name) ? [updateMask] : [];
  const takesRow = method === "create" || method === "update" || method === "replace";
  return {
    of: input,
    all: [...id, ...members, ...tag, ...mask],
    ignored: new Set(takesRow ? ignored : []),
  };
}

function newRows(view: ResourceView): Targets {
  return {
    ...inputTargets(view, view.rowReader.members, false),
    ignored: new Set(readOnlyNames(view)),
  };
}

/** What rows have and nobody sends. */
function readOnlyNames({ members, resource }: ResourceView): readonly string[] {
  const readOnly = members.filter(({ field }) => field.readOnly).map(({ wire }) => wire);
  return resource.definition.stored ? [...readOnly, "etag"] : readOnly;
}

/** What the fields of an answer may stand for; of each one where rows are streamed. */
export function answerTargets(
  { plan, outputView }: OperationContract,
  streamsRows: boolean,
  rows: RowsInVersion,
): Targets {
  const { output } = plan.operation;
  if (output === null) return { of: plan, all: [] };
  if (outputView !== null && (plan.output === "page" || plan.output === "rows")) {
    if (streamsRows) return rows(outputView.resource.name);
    const list = t.list(t.row(outputView.resource));
    const items: Target = { ...single(outputView.plural, list), property: "items" };
    return { of: plan, all: plan.output === "page" ? [items, nextPageToken] : [items] };
  }
  const { shape } = output;
  const isWhole = output.optional || output.nullable;
  if (shape.kind === "row" && !isWhole) return rows(shape.target().name);
  if (shape.kind === "object" && !isWhole) return objectTargets(shape.fields, true);
  const value = single("value", output);
  return {
    of: plan,
    all: [{ ...value, mayBeNull: isWhole, derive: (answer: unknown) => answer ?? undefined }],
  };
}

/** What is changed; without it, or where it is empty, what is set. */
const updateMask: Target = { ...single("updateMask", t.string()), only: fieldMask };
const nextPageToken: Target = single("nextPageToken", t.string());
