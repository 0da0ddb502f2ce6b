import { whenReady } from "../base/awaitable.ts";
import { frameworkError } from "../errors/codes.ts";
import type { OperationPlan } from "../plan/operation-plan.ts";
import type { Call } from "./call.ts";
import { expiryOf, whenExpired } from "./expiry.ts";
import { reasonOf, whenAborted } from "./messages.ts";
import { Passage, toSource } from "./passage.ts";
import type { Hide } from "./reveal.ts";
import type { Step } from "./step.ts";

/** What is looked after in a stream of answers. */
export interface AnswersOptions {
  /** What rules keep from the caller, in each answer; null for nothing. */
  readonly hide: Hide | null;
  readonly next: Step;
}

/**
 * Many answers: each without what rules hide, until the deadline of all of them, until the caller's credentials end, and until the messages
 * that they answer break off. Any of these ends them at once and with that error, whatever the handler is waiting for.
 */
export function streamAnswers({ deadline }: OperationPlan, { hide, next }: AnswersOptions): Step {
  return (call) => {
    const before = performance.now();
    return whenReady(next(call), (answers) => {
      const read = (answer: unknown): unknown => (hide === null ? answer : hide(answer, call.caller));
      const passage = new Passage(toSource(answers), read);
      endInTime(call, passage, deadline === 0 ? 0 : Math.max(1, deadline - (performance.now() - before)));
      return passage;
    });
  };
}

/** Many answers as the handler gives them, unless the caller's credentials end: those of whom they do not are the handler's own. */
export function untilExpired(next: Step): Step {
  return (call) =>
    expiryOf(call.caller) === Number.POSITIVE_INFINITY
      ? next(call)
      : whenReady(next(call), (answers) => {
          const passage = new Passage(toSource(answers), asItIs);
          endInTime(call, passage, 0);
          return passage;
        });
}

function asItIs(answer: unknown): unknown {
  return answer;
}

/** A stream that can be ended from outside, and tells when it is over. */
export interface EndableAnswers {
  fail(reason: Error): void;
  whenOver(listener: (failure: Error | null) => void): void;
}

/**
 * Ends a stream when its time is over, the caller has left or would not be let in any more, or what it answers breaks off. `milliseconds`:
 * that are left; 0 for no end.
 */
export function endInTime(call: Call, answers: EndableAnswers, milliseconds: number): void {
  const { messages } = call;
  const end = (reason: Error): void => {
    messages?.fail(reason);
    answers.fail(reason);
    call.expire(reason);
  };
  const timer =
    milliseconds === 0 ? undefined : setTimeout(() => end(frameworkError("DEADLINE_EXCEEDED")), milliseconds);
  messages?.whenOver((failure) => failure !== null && end(failure));
  const release = whenAborted(call, end);
  const forget = whenExpired(call.caller, call.now, () => end(expired()));
  answers.whenOver(() => {
    clearTimeout(timer);
    forget();
    release();
    // Protocols too take no more answers once the caller has left: the handler learns of it where it waits for messages.
    if (call.signal.aborted) messages?.fail(reasonOf(call.signal));
    else void messages?.return();
  });
}

function expired(): Error {
  return frameworkError("UNAUTHENTICATED", "The credentials have expired");
}
