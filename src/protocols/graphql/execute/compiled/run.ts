import type { Awaitable } from "../../../../base/awaitable.ts";
import { isPromise } from "../../../../base/awaitable.ts";
import type { JsonValue } from "../../../../base/json.ts";
import { Pending, type Receiver, tell } from "../../../../base/pending.ts";
import type { CacheEntry } from "../../../../cache/cache.ts";
import { ApiError } from "../../../../errors/api-error.ts";
import { Call, type CallServices } from "../../../../invoke/call.ts";
import { type GraphqlError, toGraphqlError } from "../../error.ts";
import type { Arguments, OperationBinding } from "../../model/schema-types.ts";
import { type ExecutionRequest, ExecutionResult } from "../execution.ts";
import type { PiecedList } from "../pieced-list.ts";
import { addMember } from "./add-member.ts";
import { CarefulCompleter, type RunValues } from "./careful.ts";
import {
  Failure,
  type Gathered,
  type LevelPlan,
  type OperationPlan,
  type RelationPlan,
  type RootPlan,
} from "./plan.ts";
import { loadRelation, relationFailure } from "./relation-load.ts";
import { answerOf, callRoot, type RootContext } from "./root-calls.ts";
import type { CoercedVariables } from "./variable-reader.ts";
import { WrittenResult } from "./written-result.ts";

/** What runs are made with. */
export interface RunParts {
  readonly services: CallServices;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
}

const nothing: readonly never[] = [];
const none: Arguments = {};

/**
 * One run of a plan. Values come level by level: what is read for all objects of a level is one read, and once all is there it is
 * completed. Nothing is allocated for single fields.
 */
export class Run implements Gathered, RunValues, RootContext {
  readonly services: CallServices;
  readonly request: ExecutionRequest;
  readonly variables: CoercedVariables;
  entry: CacheEntry | null;
  readonly results: (readonly unknown[])[];
  readonly next: number[];
  readonly #plan: OperationPlan;
  readonly #parts: RunParts;
  /** Errors that the log has been told of: what passes several hands is told once. */
  #told: WeakSet<ApiError> | null;
  readonly #parents: object[][];
  readonly #values: unknown[];
  /** Reads and calls that have not answered yet. */
  #pending: number;
  /** How many root fields are completed. */
  #root: number;
  readonly #data: Record<string, JsonValue | PiecedList>;
  #errors: GraphqlError[] | null;
  /** Whether some value could not be got, so that all are to be completed with care. */
  #failed: boolean;
  /** Where an object of a level is: found out where values are completed with care. */
  #positions: readonly ReadonlyMap<unknown, number>[] | null;
  #call: Call | null;
  #result: ExecutionResult | null;
  #answer: Pending<ExecutionResult> | null;

  constructor(plan: OperationPlan, parts: RunParts, request: ExecutionRequest, variables: CoercedVariables) {
    this.services = parts.services;
    this.request = request;
    this.variables = variables;
    this.entry = null;
    this.results = filled<readonly unknown[]>(plan.relations, nothing);
    this.next = filled(plan.levels, 0);
    this.#parents = plan.levels === 1 ? [[]] : Array.from(this.next, () => []);
    this.#plan = plan;
    this.#parts = parts;
    this.#told = null;
    this.#values = [];
    this.#pending = 0;
    this.#root = 0;
    this.#data = {};
    this.#errors = null;
    this.#failed = false;
    this.#positions = null;
    this.#call = null;
    this.#result = null;
    this.#answer = null;
  }

  /** At once, where all calls and reads answer at once. */
  start(): Awaitable<ExecutionResult> {
    try {
      if (this.#plan.isSerial) this.#goOn();
      else this.#startAll();
    } catch (thrown) {
      this.#break(thrown);
    }
    if (this.#result !== null) return this.#result;
    this.#answer = new Pending();
    return this.#answer;
  }

  /** The run of one event, of a subscription's only field. */
  event(root: RootPlan, binding: OperationBinding, event: unknown): Awaitable<ExecutionResult> {
    this.#pending = 1;
    try {
      this.#take(root, this.#eventValue(binding, event));
      this.#arrive();
    } catch (thrown) {
      this.#break(thrown);
    }
    if (this.#result !== null) return this.#result;
    this.#answer = new Pending();
    return this.#answer;
  }

  #eventValue(binding: OperationBinding, event: unknown): unknown {
    try {
      return answerOf(binding, event, none, {});
    } catch (thrown) {
      return new Failure(this.toApiError(thrown));
    }
  }

  get inPieces(): boolean {
    return this.request.inPieces?.() === true;
  }

  /** What the relations of this document are read in. */
  get call(): Call {
    if (this.#call === null) {
      this.#call = new Call(this.services, this.request.source, {});
      this.#call.caller = this.request.caller;
    }
    return this.#call;
  }

  toApiError(thrown: unknown): ApiError {
    if (thrown instanceof ApiError && this.#told?.has(thrown) === true) return thrown;
    const error = this.#parts.toApiError(thrown, this.request.source.requestId);
    this.#told ??= new WeakSet();
    this.#told.add(error);
    return error;
  }

  related(relation: RelationPlan, parent: unknown): unknown {
    this.#positions ??= this.#parents.map((parents) => new Map(parents.map((each, index) => [each, index])));
    const index = this.#positions[relation.level.index]?.get(parent);
    if (index === undefined) throw new Error("Nothing was read for an object of an answer");
    return this.results[relation.index]?.[index];
  }

  #startAll(): void {
    this.#pending = 1;
    for (const root of this.#plan.roots) this.#start(root);
    this.#arrive();
  }

  /** A root field after another, until one must be waited for. */
  #goOn(): void {
    const { roots } = this.#plan;
    for (let root = roots[this.#root]; root !== undefined; root = roots[this.#root]) {
      this.#pending = 1;
      this.#start(root);
      if (--this.#pending > 0) return;
      if (!this.#complete(root)) {
        this.#finish(null);
        return;
      }
    }
    this.#finish(this.#data);
  }

  /** Something that was waited for is there. */
  #arrive(): void {
    if (--this.#pending > 0) return;
    const { roots, isSerial } = this.#plan;
    if (isSerial) {
      const root = roots[this.#root];
      if (root !== undefined && !this.#complete(root)) this.#finish(null);
      else this.#goOn();
    } else if (!this.#isWritten())
      this.#finish(roots.every((root) => this.#complete(root)) ? this.#data : null);
  }

  #start(root: RootPlan): void {
    if (root.source.kind === "constant") return;
    const value = callRoot(root.source, this);
    if (isPromise(value)) this.#await(value, (known) => this.#take(root, known));
    else this.#take(root, value);
  }

  #take(root: RootPlan, value: unknown): void {
    this.#values[root.index] = value;
    if (value instanceof Failure || (Array.isArray(value) && value.some((each) => each instanceof Failure)))
      this.#failed = true;
    else this.#spread(root, value);
    for (const level of root.levels) this.#load(level);
  }

  #spread({ spread }: Pick<RootPlan, "spread">, value: unknown): void {
    if (spread === null) return;
    try {
      spread(value, this.#parents);
    } catch {
      // Whatever is wrong with the value is told when it is completed.
      this.#failed = true;
    }
  }

  /** Reads what is selected of all objects of a level. */
  #load({ index, relations }: LevelPlan): void {
    const parents = this.#parents[index];
    if (parents === undefined || parents.length === 0) return;
    for (const relation of relations) {
      const values = loadRelation(relation, parents, this);
      if (isPromise(values)) this.#await(values, (known) => this.#takeRelated(relation, known));
      else this.#takeRelated(relation, values);
    }
  }

  #takeRelated(relation: RelationPlan, values: readonly unknown[] | Failure): void {
    if (values instanceof Failure) {
      this.#failed = true;
      this.results[relation.index] = relationFailure(
        relation,
        this.#parents[relation.level.index] ?? [],
        values,
      );
      return;
    }
    this.results[relation.index] = values;
    if (relation.spread === null) return;
    for (const value of values) this.#spread(relation, value);
    for (const level of relation.levels) this.#load(level);
  }

  /** Nothing that is waited for here rejects. */
  #await<T>(value: PromiseLike<T>, take: (value: T) => void): void {
    this.#pending++;
    const receiver: Receiver<T> = {
      received: (known) => {
        try {
          take(known);
          this.#arrive();
        } catch (thrown) {
          this.#break(thrown);
        }
      },
      failed: (thrown) => this.#break(thrown),
    };
    tell(value, receiver);
  }

  /** Adds a root field to the data. False where it makes the whole of the data null. */
  #complete(root: RootPlan): boolean {
    const value = this.#values[root.index];
    const completed = this.#failed ? this.#completeCarefully(root, value) : this.#tryComplete(root, value);
    this.#root++;
    if (completed === undefined) return false;
    addMember(this.#data, root.field.key, completed);
    return true;
  }

  #tryComplete(root: RootPlan, value: unknown): JsonValue | PiecedList | undefined {
    if (root.source.kind === "constant") return root.source.value;
    try {
      const { complete } = root.completer;
      return complete === null ? this.#completeCarefully(root, value) : complete(value, this);
    } catch {
      return this.#completeCarefully(root, value);
    }
  }

  #completeCarefully(root: RootPlan, value: unknown): JsonValue | undefined {
    if (root.source.kind === "constant") return root.source.value;
    // Objects have been added since, where root fields come one after another.
    this.#positions = null;
    const completer = new CarefulCompleter(this);
    const completed = completer.root(root.field, value);
    this.#errors = [...(this.#errors ?? []), ...completer.errors];
    return completed;
  }

  /** Whether the answer is one that was made of the same entry of the cache before. */
  #isWritten(): boolean {
    const known = this.#plan.isOfEntry ? this.entry?.encoding(this.#plan, WrittenResult) : null;
    if (known === null || known === undefined) return false;
    this.#end(known.result);
    return true;
  }

  #finish(data: ExecutionResult["data"]): void {
    const result = new ExecutionResult(data, this.#errors ?? nothing);
    if (this.entry !== null && this.#plan.isOfEntry && result.errors.length === 0)
      attachTo(this.entry, new WrittenResult(this.#plan, result));
    this.#end(result);
  }

  /** A mistake of the executor itself. */
  #break(thrown: unknown): void {
    if (this.#result !== null) return;
    this.#end(ExecutionResult.refused(toGraphqlError(this.toApiError(thrown), {})));
  }

  #end(result: ExecutionResult): void {
    this.#result = result;
    this.#answer?.resolve(result);
  }
}

/** No longer than it must be, which an array that is pushed to is. */
function filled<Value>(length: number, value: Value): Value[] {
  return length === 1 ? [value] : new Array<Value>(length).fill(value);
}

/** Callers choose what is selected: an entry must not gather all of it. */
const mostSelections = 16;

function attachTo(entry: CacheEntry, written: WrittenResult): void {
  if (entry.encodings < mostSelections) entry.attach(written);
}
