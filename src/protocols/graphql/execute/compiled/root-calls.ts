import { GraphQLError } from "graphql";
import { type Awaitable, isPromise, whenReady } from "../../../../base/awaitable.ts";
import { gather } from "../../../../base/pending.ts";
import type { CacheEntry } from "../../../../cache/cache.ts";
import type { ApiError } from "../../../../errors/api-error.ts";
import { Call, type CallServices } from "../../../../invoke/call.ts";
import { OutputMismatch } from "../../../../plan/codec/codec.ts";
import type { Input } from "../../../../plan/codec/object-reader.ts";
import { Violations } from "../../../../plan/codec/violations.ts";
import type { Answer, Arguments, OperationBinding, ValueBinding } from "../../model/schema-types.ts";
import type { ExecutionRequest } from "../execution.ts";
import { sourceOf } from "../field-source.ts";
import { TypedValue } from "../typed-value.ts";
import { Failure, type NodeCall, type OperationSource, type RootSource } from "./plan.ts";
import type { CoercedVariables } from "./variable-reader.ts";

/** What root fields are called in. */
export interface RootContext {
  readonly services: CallServices;
  readonly request: ExecutionRequest;
  readonly variables: CoercedVariables;
  /** The cache's entry that an operation's answer came from as it is. */
  entry: CacheEntry | null;
  toApiError(thrown: unknown): ApiError;
}

type Called = Exclude<RootSource, { kind: "constant" }>;

/** The value of a root field, or the Failure that it has instead. Never throws or rejects. */
export function callRoot(source: Called, context: RootContext): Awaitable<unknown> {
  return source.kind === "operation" ? callOperation(source, context) : callNodes(source, context);
}

function callOperation(source: OperationSource, context: RootContext): Awaitable<unknown> {
  const { binding, invocation, read, reading, keyed } = source;
  try {
    const values = read.read(context.variables);
    const input = binding.read(values);
    const document = context.request.source;
    const call = new Call(
      context.services,
      keyed === null ? document : sourceOf(document, keyed, false),
      input,
    );
    call.caller = context.request.caller;
    call.reading = reading;
    const answer = invocation.enterKnown(call);
    const toAnswer = (known: unknown): unknown => {
      context.entry = call.entry;
      return answerOf(binding, known, values, input);
    };
    if (!isPromise(answer)) return toAnswer(answer);
    return answer.then(
      (known) => attempt(context, binding, () => toAnswer(known)),
      (thrown) => failureOf(thrown, binding, context),
    );
  } catch (thrown) {
    return failureOf(thrown, binding, context);
  }
}

function attempt(context: RootContext, binding: OperationBinding, make: () => unknown): unknown {
  try {
    return make();
  } catch (thrown) {
    return failureOf(thrown, binding, context);
  }
}

function failureOf(thrown: unknown, { payload, reword }: OperationBinding, context: RootContext): unknown {
  // About arguments that cannot be coerced: the operation has not been called.
  if (thrown instanceof GraphQLError) return new Failure(thrown);
  const error = context.toApiError(thrown);
  const known = payload?.errors.get(error.code);
  if (known !== undefined) return new TypedValue(known.name, error);
  return new Failure(reword === null ? error : reword(error));
}

/** What a field is made of the call's answer. */
export function answerOf(
  { answer, payload }: OperationBinding,
  value: unknown,
  values: Arguments,
  input: Input,
): unknown {
  const plain = plainAnswer(answer, value, values, input);
  if (payload === null) return plain;
  if (answer.kind !== "value" || !isComposite(answer.value))
    return new TypedValue(payload.success.name, plain);
  if (plain === null || plain === undefined) return null;
  if (typeof plain !== "object") throw new OutputMismatch("an object", plain);
  return new TypedValue(payload.success.name, plain);
}

function plainAnswer(answer: Answer, value: unknown, values: Arguments, input: Input): unknown {
  switch (answer.kind) {
    case "nothing":
      return true;
    case "rows":
      return itemsOf(value);
    case "list":
      return answer.page.rows(input, answer.page.size(values[answer.page.argument]), value);
    case "connection":
      return answer.page.pageOf(input, answer.page.size(values[answer.page.argument]), value);
    case "value":
      return value;
  }
}

function isComposite({ kind }: ValueBinding): boolean {
  return kind === "row" || kind === "object";
}

function itemsOf(value: unknown): unknown {
  return (value as { readonly items: unknown }).items;
}

function callNodes(
  { kind, targets, read, most }: Extract<RootSource, { kind: "node" | "nodes" }>,
  context: RootContext,
): Awaitable<unknown> {
  try {
    const values = read.read(context.variables);
    if (kind === "node") return findNode(targets, values["id"], context);
    const ids = Array.isArray(values["ids"]) ? values["ids"] : [];
    assertNotMore(ids, most);
    return gather(ids.map((id) => findNode(targets, id, context)));
  } catch (thrown) {
    return new Failure(thrown instanceof GraphQLError ? thrown : context.toApiError(thrown));
  }
}

function assertNotMore(ids: readonly unknown[], most: number): void {
  if (ids.length <= most) return;
  const violations = new Violations();
  violations.add("ids", "maxItems", `must have at most ${most} items`, `Send ${most} items or fewer`);
  throw violations.toError();
}

/** The first resource that has a row of this id for the caller. Others may have failed, which matters only where none has it. */
function findNode(targets: readonly NodeCall[], id: unknown, context: RootContext): Awaitable<unknown> {
  if (typeof id !== "string" || !uuid.test(id)) return null;
  const answers = targets.map((target) => callNode(target, id.toLowerCase(), context));
  return whenReady(gather(answers), (found) => {
    const node = found.find((each) => each instanceof TypedValue);
    return node ?? found.find((each) => each instanceof Failure) ?? null;
  });
}

function callNode(
  { target, invocation, reading }: NodeCall,
  id: string,
  context: RootContext,
): Awaitable<unknown> {
  const failed = (thrown: unknown): Failure | null => {
    const error = context.toApiError(thrown);
    return noNode.has(error.kind) ? null : new Failure(error);
  };
  try {
    const input = target.get.input.read({}, "fromJson", id);
    const call = new Call(context.services, context.request.source, input);
    call.caller = context.request.caller;
    call.reading = reading;
    const answer = invocation.enterKnown(call);
    const { name } = target.type;
    return isPromise(answer)
      ? answer.then((row) => new TypedValue(name, row), failed)
      : new TypedValue(name, answer);
  } catch (thrown) {
    return failed(thrown);
  }
}

/** As the store makes ids; other text is the id of nothing. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A row that the caller must not see is none. */
const noNode: ReadonlySet<ApiError["kind"]> = new Set(["not_found", "permission_denied", "unauthenticated"]);
