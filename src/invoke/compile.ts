import { whenReady } from "../base/awaitable.ts";
import { answerCodec } from "../plan/answer-codec.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import type { OperationPlan } from "../plan/operation-plan.ts";
import { streamAnswers, untilExpired } from "./answers.ts";
import { authenticate } from "./authenticate.ts";
import { authorize } from "./authorize.ts";
import { cached } from "./cached.ts";
import { conditional } from "./conditional.ts";
import { deadline } from "./deadline.ts";
import { cachedHasNone } from "./derived-source.ts";
import { batchHandlerStep, handlerStep, rowHandlerStep } from "./handle.ts";
import { idempotent } from "./idempotent.ts";
import { limit } from "./limit.ts";
import { answerMessages } from "./messages.ts";
import type { InvokeOptions } from "./options.ts";
import { compileHide, type Hide, hideInItems, reveal } from "./reveal.ts";
import { StoredRows, standardStep } from "./standard.ts";
import type { Step } from "./step.ts";
import { loadTarget } from "./target.ts";
import type { Watches } from "./watch/watches.ts";

/** What steps are composed with. */
export interface ComposeOptions extends InvokeOptions {
  /** Null where no changes are logged. */
  readonly watches: Watches | null;
}

/** An operation ready to be called. */
export interface Invocation {
  readonly plan: OperationPlan;
  /** From outside: finds out who is calling first. */
  readonly enter: Step;
  /**
   * From outside as well, of a caller who is known and whose quota the request has taken: protocols that make many calls for one
   * request do so once.
   */
  readonly enterKnown: Step;
  /** Whether a call that is sent twice, with one idempotency key, is carried out once at most; or changes nothing. */
  readonly isRepeatable: boolean;
  /** As part of another call, whose caller is known. */
  readonly run: Step;
}

/**
 * Composes the steps of an operation: authenticate, limit, authorize, deadline, idempotency, cache, condition, target, handler, and what
 * rules hide of the answer. Those that it does not need are left out.
 */
export function compileInvocation(plan: OperationPlan, api: ApiPlan, options: ComposeOptions): Invocation {
  const run = composeSteps(plan, api, options, false);
  // Calls of this process are not repeated by a network: only those from outside must have a key.
  const asked = plan.operation.idempotencyKey === "required";
  const outside = asked ? composeSteps(plan, api, options, true) : run;
  const limited = options.quota === null ? outside : limit(options.quota, plan.units, outside);
  return {
    plan,
    run,
    isRepeatable: plan.operation.sort === "query" || options.store !== null,
    enterKnown: outside,
    enter: options.authenticate === null ? limited : authenticate(options.authenticate, limited),
  };
}

function composeSteps(
  plan: OperationPlan,
  api: ApiPlan,
  options: ComposeOptions,
  keyRequired: boolean,
): Step {
  const { allow, sort } = plan.operation;
  const step =
    sort === "subscription"
      ? streamSteps(plan, options)
      : deadline(plan.deadline, answerSteps(plan, api, options, keyRequired));
  return allow === null ? step : authorize(allow, step);
}

function answerSteps(plan: OperationPlan, api: ApiPlan, options: InvokeOptions, keyRequired: boolean): Step {
  const step = withCondition(plan, withTarget(plan, options, withReveal(plan, handleStep(plan, options))));
  if (plan.messages !== null) return answerMessages(step);
  if (plan.cache !== null && options.cache !== null) return cached(plan, plan.cache, options.cache, step);
  return withIdempotency(plan, api, options, keyRequired, step);
}

/** A stream that nothing is hidden of, and that only the caller ends or the end of their credentials, is the handler's own. Watches look after all that themselves. */
function streamSteps(plan: OperationPlan, options: ComposeOptions): Step {
  const { operation, view } = plan;
  if (operation.method === "watch" && view !== null && options.watches !== null)
    return options.watches.step(plan, view);
  const hide = hideOf(plan);
  const step = beginning(withTarget(plan, options, handleStep(plan, options)));
  const isPlain = hide === null && plan.deadline === 0 && plan.messages === null;
  if (!isPlain) return streamAnswers(plan, { hide, next: step });
  return options.authenticate === null ? step : untilExpired(step);
}

function handleStep({ operation, view, cache }: OperationPlan, { store }: InvokeOptions): Step {
  const { handle, method, on } = operation;
  if (handle !== null) {
    if (method === "batchGet" && on !== null) return batchHandlerStep(handle, on);
    const aboutRow = method === "get" || method === "update" || method === "replace" || method === "delete";
    const step = aboutRow && on !== null ? rowHandlerStep(handle, on) : handlerStep(handle);
    return cache === null ? step : fieldless(step);
  }
  if (method !== null && view !== null && store !== null) return standardStep(method, view, store);
  throw new Error(`${operation.name} has no handler, and there is no store to answer it`);
}

function withReveal(plan: OperationPlan, next: Step): Step {
  const hide = hideOf(plan);
  if (hide === null) return next;
  return reveal(plan.output === "page" || plan.output === "rows" ? hideInItems(hide) : hide, next);
}

function hideOf({ operation: { output } }: OperationPlan): Hide | null {
  return output === null ? null : compileHide(output);
}

function withTarget({ operation }: OperationPlan, { store }: InvokeOptions, next: Step): Step {
  const { on, scope, method } = operation;
  if (on === null || scope !== "item" || method !== null) return next;
  const { handle } = on.definition.operations.get ?? { handle: null };
  if (handle !== null) return loadTarget(rowHandlerStep(handle, on), next);
  if (store === null || !on.definition.stored) return next;
  const rows = new StoredRows(on, store);
  return loadTarget((call) => rows.whole(call), next);
}

/** What changes a row may be bound to what the row is. */
function withCondition({ operation: { sort, scope } }: OperationPlan, next: Step): Step {
  return sort === "command" && scope === "item" ? conditional(next) : next;
}

function withIdempotency(
  plan: OperationPlan,
  api: ApiPlan,
  { store, now }: InvokeOptions,
  required: boolean,
  next: Step,
): Step {
  if (plan.operation.sort !== "command" || store === null) return next;
  const contract = api.today.contracts.find((each) => each.plan === plan);
  if (contract === undefined) return next;
  return idempotent({
    operation: plan.id,
    required,
    // What a handler of the application does elsewhere is done.
    isRepeatable: plan.operation.handle === null,
    store,
    answers: answerCodec(contract),
    now,
    next,
  });
}

/** A head leaves before the answers, on some protocols before the first one is there: what it has must be known when the handler returns. */
function beginning(next: Step): Step {
  return (call) =>
    whenReady(next(call), (answers) => {
      call.refuseFields(
        "the head has left. State it before the handler returns its answers: an async generator begins later",
      );
      return answers;
    });
}

/** Whether it is answered from the cache or not, an operation that is cached answers the same. */
function fieldless(next: Step): Step {
  return (call) => {
    call.refuseFields(cachedHasNone);
    return next(call);
  };
}
