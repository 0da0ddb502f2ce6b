import type { Log } from "../observe/log.ts";
import type { Store } from "../store/store.ts";

/** Answers under idempotency keys are kept for a day, and looked through each hour. */
const everyMs = 3_600_000;
const keptMs = 24 * 3_600_000;

/** Forgets answers that were kept for long enough, as long as it is not stopped. */
export function trimReplies(store: Store | null, log: Log): { stop(): void } {
  const timer = setInterval(() => void trim(store, log), everyMs).unref();
  return { stop: () => clearInterval(timer) };
}

async function trim(store: Store | null, log: Log): Promise<void> {
  try {
    await store?.replies.trim(Date.now() - keptMs);
  } catch (thrown) {
    log.warn("replies_not_trimmed", { err: thrown });
  }
}
