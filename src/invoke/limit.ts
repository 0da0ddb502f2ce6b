import { frameworkError } from "../errors/codes.ts";
import type { Units } from "../plan/units.ts";
import type { Quota } from "./quota/quota.ts";
import type { QuotaState } from "./quota/quota-state.ts";
import type { Step } from "./step.ts";

/** Takes a call's units of its caller's quota, or refuses it. */
export function limit(quota: Quota, units: Units, next: Step): Step {
  return (call) => {
    call.quota = quota.take(call.caller, call.source.credentials, units(call.input));
    assertGranted(call.quota);
    return next(call);
  };
}

/** Throws QUOTA_EXCEEDED for units that were not there. */
export function assertGranted({ retryAfter }: QuotaState): void {
  if (retryAfter !== null)
    throw frameworkError("QUOTA_EXCEEDED", `Your quota is used up; try again in ${retryAfter} s`, {
      retryAfter,
    });
}
