import { GraphQLError } from "graphql";
import { type Awaitable, isPromise } from "../../../../base/awaitable.ts";
import { frameworkError } from "../../../../errors/codes.ts";
import { Call } from "../../../../invoke/call.ts";
import { SharedChange } from "../../../../invoke/watch/shared-change.ts";
import { toGraphqlError } from "../../error.ts";
import { type ExecutionRequest, ExecutionResult } from "../execution.ts";
import { ResultStream, toStream } from "../result-stream.ts";
import type { OperationPlan, OperationSource, RootPlan } from "./plan.ts";
import { Run, type RunParts } from "./run.ts";
import type { CoercedVariables } from "./variable-reader.ts";
import { WrittenResult } from "./written-result.ts";

/** The one field of a subscription, and the call that its events come from. */
interface EventRoot {
  readonly root: RootPlan;
  readonly source: OperationSource;
}

/** Runs subscriptions by a plan (GraphQL, September 2025, §6.2.3): each event is a run of its own. */
export class SubscriptionRuns {
  readonly #plan: OperationPlan;
  readonly #parts: RunParts;
  readonly #event: EventRoot;

  private constructor(plan: OperationPlan, parts: RunParts, event: EventRoot) {
    this.#plan = plan;
    this.#parts = parts;
    this.#event = event;
  }

  /** Null for a plan without a field that has events. */
  static of(plan: OperationPlan, parts: RunParts): SubscriptionRuns | null {
    const [root] = plan.roots;
    if (root?.source.kind !== "operation") return null;
    return new SubscriptionRuns(plan, parts, { root, source: root.source });
  }

  /** A result where the stream cannot begin. */
  subscribe(
    request: ExecutionRequest,
    variables: CoercedVariables,
  ): Awaitable<ExecutionResult | AsyncIterable<ExecutionResult>> {
    try {
      const events = this.#open(request, variables);
      if (!isPromise(events)) return this.#results(events, request, variables);
      return events.then(
        (known) => this.#results(known, request, variables),
        (thrown) => this.#refusal(thrown, request),
      );
    } catch (thrown) {
      return this.#refusal(thrown, request);
    }
  }

  #open(request: ExecutionRequest, variables: CoercedVariables): Awaitable<unknown> {
    const { binding, invocation, read } = this.#event.source;
    const call = new Call(this.#parts.services, request.source, binding.read(read.read(variables)));
    call.caller = request.caller;
    return invocation.enterKnown(call);
  }

  #results(
    events: unknown,
    request: ExecutionRequest,
    variables: CoercedVariables,
  ): AsyncIterable<ExecutionResult> {
    const { toApiError } = this.#parts;
    return new ResultStream(
      toStream(events),
      (event) => this.#resultOf(event, request, variables),
      (thrown) => toApiError(thrown, request.source.requestId),
    );
  }

  /** What is told to many is written once for all who ask for the same, where nothing is read for it. */
  #resultOf(
    event: unknown,
    request: ExecutionRequest,
    variables: CoercedVariables,
  ): Awaitable<ExecutionResult> {
    const plan = this.#plan;
    const run = (): Awaitable<ExecutionResult> =>
      new Run(plan, this.#parts, request, variables).event(
        this.#event.root,
        this.#event.source.binding,
        event,
      );
    if (!(event instanceof SharedChange) || plan.relations > 0) return run();
    const known = event.encoding(plan, WrittenResult);
    if (known !== null) return known.result;
    const result = run();
    if (!isPromise(result) && result.errors.length === 0) event.attach(new WrittenResult(plan, result));
    return result;
  }

  #refusal(thrown: unknown, { source }: ExecutionRequest): ExecutionResult {
    const { locations, key } = this.#event.root.field;
    const error =
      thrown instanceof GraphQLError
        ? frameworkError("INVALID_INPUT", thrown.message)
        : this.#parts.toApiError(thrown, source.requestId);
    const at = thrown instanceof GraphQLError ? (thrown.locations ?? locations) : locations;
    const places = at.map(({ line, column }) => ({ line, column }));
    return ExecutionResult.refused(toGraphqlError(error, { locations: places, path: [key] }));
  }
}
