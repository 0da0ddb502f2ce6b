import { isPromise } from "../base/awaitable.ts";
import type { Caller } from "../define/caller.ts";
import type { Rule } from "../define/rule.ts";
import type { ApiError } from "../errors/api-error.ts";
import { frameworkError } from "../errors/codes.ts";
import type { Step } from "./step.ts";

/** Lets a call through when the operation's rule holds. */
export function authorize(rule: Rule, next: Step): Step {
  return (call) => {
    const allowed = rule.check(call);
    if (!isPromise(allowed)) return allowed ? next(call) : refuse(rule, call.caller);
    return allowed.then((holds) => (holds ? next(call) : refuse(rule, call.caller)));
  };
}

function refuse(rule: Rule, caller: Caller | null): never {
  throw refusal(rule, caller);
}

/** What a caller whom a rule stops is told. */
export function refusal(rule: Rule, caller: Caller | null): ApiError {
  if (caller !== null) {
    return frameworkError("PERMISSION_DENIED", rule.message ?? undefined, { details: { rule: rule.name } });
  }
  // RFC 6750 §3: a 401 names the scheme.
  return frameworkError("UNAUTHENTICATED", rule.message ?? undefined, {
    details: { rule: rule.name },
    headers: { "www-authenticate": "Bearer" },
  });
}
