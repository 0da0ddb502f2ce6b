import { isPromise } from "../base/awaitable.ts";
import { frameworkError } from "../errors/codes.ts";
import type { Call } from "./call.ts";
import type { Step } from "./step.ts";

/**
 * Ends a call at its deadline: the operation's or the caller's, whichever is sooner. A handler that answers at once
 * never starts a timer.
 */
export function deadline(declared: number, next: Step): Step {
  return (call) => {
    // Read first: what the caller states may be nonsense, and then nothing must have happened.
    const { timeout } = call.source;
    const answer = next(call);
    if (!isPromise(answer)) return answer;
    const allowed = timeout > 0 && (declared === 0 || timeout < declared) ? timeout : declared;
    return allowed === 0 ? answer : race(call, answer, allowed);
  };
}

function race(call: Call, answer: PromiseLike<unknown>, milliseconds: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = frameworkError("DEADLINE_EXCEEDED");
      call.expire(error);
      reject(error);
    }, milliseconds);
    answer.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (thrown) => {
        clearTimeout(timer);
        reject(thrown);
      },
    );
  });
}
