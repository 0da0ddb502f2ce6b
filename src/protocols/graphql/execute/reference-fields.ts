import { type Awaitable, isPromise, whenReady } from "../../../base/awaitable.ts";
import type { Caller } from "../../../define/caller.ts";
import { ApiError } from "../../../errors/api-error.ts";
import { Call, type CallSource } from "../../../invoke/call.ts";
import type { Invocation } from "../../../invoke/compile.ts";
import type { Invoker } from "../../../invoke/invoker.ts";
import type { ManyRelation, OneRelation } from "../../../invoke/related/relation.ts";
import type { Input } from "../../../plan/codec/object-reader.ts";
import { Violations } from "../../../plan/codec/violations.ts";
import type { OperationContract } from "../../../plan/operation-contract.ts";
import type { PageRow } from "../model/page-model.ts";
import type {
  Arguments,
  FieldBinding,
  NodeTarget,
  OperationBinding,
  ReferenceBinding,
  RelatedBinding,
  ValueBinding,
} from "../model/schema-types.ts";
import type { ToApiError } from "./field-failure.ts";
import { partOf } from "./reference-parts.ts";
import type { RelationIndex } from "./relation-index.ts";
import { TypedValue } from "./typed-value.ts";
import { toValue } from "./value.ts";

/** What fields are answered with, in one run of a document. */
export class ReferenceFields {
  readonly #invoker: Invoker;
  readonly #relations: RelationIndex;
  readonly #source: CallSource;
  readonly #caller: Caller | null;
  readonly #toApiError: ToApiError;

  constructor(options: {
    invoker: Invoker;
    relations: RelationIndex;
    source: CallSource;
    caller: Caller | null;
    toApiError: ToApiError;
  }) {
    this.#invoker = options.invoker;
    this.#relations = options.relations;
    this.#source = options.source;
    this.#caller = options.caller;
    this.#toApiError = options.toApiError;
  }

  /** A field's value as `graphql` completes it. What it throws or rejects with is an ApiError. */
  resolve(binding: FieldBinding, parent: unknown, values: Arguments, source: CallSource): unknown {
    return this.#telling(() => this.#resolve(binding, parent, values, source));
  }

  /** The events of a subscription. */
  events(binding: OperationBinding, values: Arguments, source: CallSource): unknown {
    return this.#telling(() => this.#call(binding, binding.read(values), source));
  }

  /** A subscription's field, of one event. */
  event(binding: OperationBinding, event: unknown): unknown {
    return this.#telling(() => this.#answer(binding, event, {}, {}));
  }

  #resolve(binding: FieldBinding, parent: unknown, values: Arguments, source: CallSource): unknown {
    switch (binding.kind) {
      case "operation":
        return this.#operation(binding, values, source);
      case "node":
        return this.#node(binding.targets, values["id"]);
      case "nodes":
        return this.#nodes(binding.targets, values["ids"], binding.most);
      case "reference":
        return this.#reference(binding, parent as PageRow);
      case "related":
        return this.#related(binding, parent as PageRow, values);
      default:
        return partOf(binding, parent, this.#toApiError);
    }
  }

  #operation(binding: OperationBinding, values: Arguments, source: CallSource): unknown {
    const { payload, reword } = binding;
    const told = (thrown: unknown): unknown => {
      const error = this.#toApiError(thrown);
      const known = payload?.errors.get(error.code);
      if (known !== undefined) return new TypedValue(known.name, error);
      throw reword === null ? error : reword(error);
    };
    return catching(() => {
      const input = binding.read(values);
      const answer = this.#call(binding, input, source);
      return whenReady(answer, (known) => this.#answer(binding, known, values, input));
    }, told);
  }

  #call(
    { contract }: Pick<OperationBinding, "contract">,
    input: Input,
    source: CallSource,
  ): Awaitable<unknown> {
    const call = new Call(this.#invoker.services, source, input);
    call.caller = this.#caller;
    return this.#invocation(contract).enterKnown(call);
  }

  #invocation({ plan }: OperationContract): Invocation {
    const invocation = this.#invoker.invocation(plan.operation);
    if (invocation === null) throw new TypeError(`${plan.id} is not served`);
    return invocation;
  }

  #answer(binding: OperationBinding, answer: unknown, values: Arguments, input: Input): unknown {
    const { payload } = binding;
    const value = this.#plainAnswer(binding, answer, values, input);
    if (payload === null) return value;
    const isNone = binding.answer.kind === "value" && isComposite(binding.answer.value) && value == null;
    return isNone ? null : new TypedValue(payload.success.name, value);
  }

  #plainAnswer(
    { answer, payload }: OperationBinding,
    value: unknown,
    values: Arguments,
    input: Input,
  ): unknown {
    switch (answer.kind) {
      case "nothing":
        return true;
      case "rows":
        return (value as { readonly items: readonly unknown[] }).items;
      case "list":
        return answer.page.rows(input, answer.page.size(values["first"]), value);
      case "connection":
        return answer.page.pageOf(input, answer.page.size(values["first"]), value);
      case "value":
        // What is no object is the `value` of one in a payload, which writes it.
        return payload === null || isComposite(answer.value)
          ? toValue(answer.value, value, this.#toApiError)
          : value;
    }
  }

  /** The first resource that has a row of this id for the caller. Others may have failed, which matters only where none has it. */
  async #node(targets: readonly NodeTarget[], id: unknown): Promise<TypedValue | null> {
    if (typeof id !== "string" || !uuid.test(id)) return null;
    const found = await Promise.all(targets.map((target) => this.#nodeOf(target, id.toLowerCase())));
    const node = found.find((each) => each instanceof TypedValue);
    if (node !== undefined) return node;
    const failure = found.find((each) => each instanceof ApiError);
    if (failure !== undefined) throw failure;
    return null;
  }

  async #nodeOf({ type, get }: NodeTarget, id: string): Promise<TypedValue | ApiError | null> {
    try {
      const input = get.input.read({}, "fromJson", id);
      return new TypedValue(type.name, await this.#call({ contract: get }, input, this.#source));
    } catch (thrown) {
      const error = this.#toApiError(thrown);
      return noNode.has(error.kind) ? null : error;
    }
  }

  #nodes(targets: readonly NodeTarget[], ids: unknown, most: number): unknown {
    const stated = Array.isArray(ids) ? ids : [];
    const violations = new Violations();
    if (stated.length > most)
      violations.add("ids", "maxItems", `must have at most ${most} items`, `Send ${most} items or fewer`);
    if (violations.any) throw violations.toError();
    return stated.map((id) => this.#telling(() => this.#node(targets, id)));
  }

  #reference({ relation, key }: ReferenceBinding, row: PageRow): unknown {
    if (row[key] === null || row[key] === undefined) return null;
    const found: OneRelation = this.#relations.one(relation);
    return whenReady(found.load(this.#relationCall(), [row]), ([related]) => related ?? null);
  }

  #related(binding: RelatedBinding, row: PageRow, values: Arguments): unknown {
    const { page, reword } = binding;
    const found: ManyRelation = this.#relations.many(binding.relation);
    return catching(
      () => {
        const input = binding.read(values);
        const size = page.size(values[page.argument]);
        const read = found.load(this.#relationCall(), [row], page.query(input, size));
        return whenReady(read, ([related]) => {
          const own = page.page(input, size, related?.items ?? [], related?.hasMore ?? false);
          return binding.isConnection ? own : own.rows;
        });
      },
      (thrown) => {
        throw reword(this.#toApiError(thrown));
      },
    );
  }

  #relationCall(): Call {
    const call = new Call(this.#invoker.services, this.#source, {});
    call.caller = this.#caller;
    return call;
  }

  #telling(make: () => unknown): unknown {
    return catching(make, (thrown) => {
      throw this.#toApiError(thrown);
    });
  }
}

function isComposite({ kind }: ValueBinding): boolean {
  return kind === "row" || kind === "object";
}

/** Runs it, and hands whatever it throws or rejects with to `failed`. */
function catching(make: () => unknown, failed: (thrown: unknown) => unknown): unknown {
  try {
    const made = make();
    return isPromise(made) ? made.then(undefined, failed) : made;
  } catch (thrown) {
    return failed(thrown);
  }
}

/** As the store makes ids; other text is the id of nothing. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A row that the caller must not see is none. */
const noNode: ReadonlySet<ApiError["kind"]> = new Set(["not_found", "permission_denied", "unauthenticated"]);
