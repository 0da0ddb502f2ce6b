import { isPromise } from "../base/awaitable.ts";

import type { Step } from "./step.ts";

/** Reads the row that an operation on an item is about, before its handler is called. */
export function loadTarget(get: Step, next: Step): Step {
  return (call) => {
    const row = get(call);
    if (isPromise(row)) {
      return row.then((found) => {
        call.target = found;
        return next(call);
      });
    }
    call.target = row;
    return next(call);
  };
}
