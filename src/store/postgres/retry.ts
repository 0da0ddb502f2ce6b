import { setTimeout as sleep } from "node:timers/promises";
import { frameworkError } from "../../errors/codes.ts";
import { isConflict } from "./faults.ts";

/** How often something is done again that others were in the way of. */
export const mostRetries = 8;

/** Milliseconds before the first one, at most; twice as long before each next one. */
const firstPause = 4;
const longestPause = 250;

/** Runs what may be run any number of times, again where others were in the way; ABORTED after {@link mostRetries}. */
export async function retrying<T>(run: () => Promise<T>): Promise<T> {
  for (let retries = 0; ; retries++) {
    try {
      return await run();
    } catch (thrown) {
      if (!isConflict(thrown)) throw thrown;
      if (retries === mostRetries) throw aborted(thrown);
      await backOff(retries);
    }
  }
}

/** Waits for a while that nobody else waits for: those who were in each other's way shall not be so again. */
export async function backOff(retries: number): Promise<void> {
  await sleep(Math.random() * Math.min(longestPause, firstPause * 2 ** retries));
}

/** Others were in the way, and it was not done again. */
export function aborted(cause: unknown): Error {
  return frameworkError("TRANSACTION_CONFLICT", undefined, { retryAfter: 1, cause });
}
