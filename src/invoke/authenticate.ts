import type { Awaitable } from "../base/awaitable.ts";
import { isPromise } from "../base/awaitable.ts";
import type { Caller, Credentials } from "../define/caller.ts";
import type { Step } from "./step.ts";

/** Finds out who is calling, before anything else. */
export function authenticate(
  identify: (credentials: Credentials) => Awaitable<Caller | null>,
  next: Step,
): Step {
  return (call) => {
    const caller = identify(call.source.credentials);
    if (isPromise(caller)) {
      return caller.then((known) => {
        call.caller = known;
        return next(call);
      });
    }
    call.caller = caller;
    return next(call);
  };
}
