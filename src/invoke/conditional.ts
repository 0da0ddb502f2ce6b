import { isPromise } from "../base/awaitable.ts";
import type { Step } from "./step.ts";

/**
 * Looks at the condition that a protocol has read with the call (`If-Match`, an etag): only once the caller may make it (RFC 9110
 * §13.2.1), and not for a call that is repeated and has its answer already.
 */
export function conditional(next: Step): Step {
  return (call) => {
    if (call.condition === null) return next(call);
    const held = call.condition();
    return isPromise(held) ? held.then(() => next(call)) : next(call);
  };
}
