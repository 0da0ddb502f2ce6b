import { type Awaitable, isPromise, whenReady } from "../../base/awaitable.ts";
import type { AnyHandler, AnyOperation, AnyResource } from "../../define/definition.ts";
import type { ApiPlan } from "../../plan/api-plan.ts";
import { OutputMismatch } from "../../plan/codec/codec.ts";
import type { Input } from "../../plan/codec/object-reader.ts";
import { Call } from "../call.ts";
import { deadline } from "../deadline.ts";
import { handlerStep } from "../handle.ts";
import type { Row } from "../reveal.ts";
import type { Step } from "../step.ts";
import type { ReadRelated } from "./many.ts";
import type { ReadByIds } from "./one.ts";

/** Reads rows by the application's own handlers: `batchGet` for all ids at once, else `get` for each. */
export function handledOne({ name, definition }: AnyResource, plan: ApiPlan): ReadByIds {
  const { get, batchGet } = definition.operations;
  const many = batchGet?.handle ?? null;
  if (many !== null) {
    const step = limited(many, batchGet, plan);
    return (call, ids) => {
      const distinct = [...new Set(ids)];
      const answer = step(callFor(call, { ids: distinct }));
      return whenReady(answer, (rows) => inOrder(ids, distinct, listFor<Row | null>(rows, distinct, name)));
    };
  }
  const one = get?.handle ?? null;
  if (one === null) throw new TypeError(`${name} has no handler that finds its rows`);
  const step = limited(one, get, plan);
  return (call, ids) => readEach(step, call, ids);
}

/** Reads the rows that refer to others by what the application says under `related`. */
export function handledRelated({ name, definition }: AnyResource, field: string, plan: ApiPlan): ReadRelated {
  const handle = definition.related[field];
  if (handle === undefined) throw new TypeError(`${name} does not say how its rows are found by ${field}`);
  const step = limited(handle, definition.operations.list ?? definition.operations.get, plan);
  return (call, ids, { limit }) =>
    whenReady(step(callFor(call, { ids, limit: limit + 1 })), (lists) =>
      listFor<readonly Row[]>(lists, ids, `a list of ${name}`),
    );
}

/** What no operation has a deadline for ends at that of the API's reads of the resource. */
function limited(handle: AnyHandler, operation: AnyOperation | null, { byOperation }: ApiPlan): Step {
  const plan = operation === null ? undefined : byOperation.get(operation);
  return deadline(plan?.deadline ?? 0, handlerStep(handle));
}

function callFor({ services, source, caller, transaction }: Call, input: Input): Call {
  const own = new Call(services, source, input);
  own.caller = caller;
  own.transaction = transaction;
  return own;
}

function readEach(step: Step, call: Call, ids: readonly string[]): Awaitable<readonly (Row | null)[]> {
  const distinct = [...new Set(ids)];
  const answers = distinct.map((id) => step(callFor(call, { id })) as Awaitable<Row | null | undefined>);
  const rows = answers.some(isPromise) ? Promise.all(answers) : (answers as (Row | null | undefined)[]);
  return whenReady(rows, (found) =>
    inOrder(
      ids,
      distinct,
      found.map((row) => row ?? null),
    ),
  );
}

/** Answers for distinct ids, for ids of which some are stated twice. */
function inOrder<T>(
  ids: readonly string[],
  distinct: readonly string[],
  answers: readonly T[],
): readonly T[] {
  if (ids.length === distinct.length) return answers;
  const byId = new Map(distinct.map((id, index) => [id, answers[index] as T]));
  return ids.map((id) => byId.get(id) as T);
}

/** A handler that leaves one out would give its row to the next one. */
function listFor<T>(answer: unknown, ids: readonly string[], what: string): readonly T[] {
  if (!Array.isArray(answer) || answer.length !== ids.length)
    throw new OutputMismatch(`a list with ${what} for each of the ids`, answer);
  return answer;
}
