import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../observe/log.ts";
import type { ChangeLog } from "../store/changes.ts";
import type { Store } from "../store/store.ts";

/** Changes that are forgotten in one transaction: writers wait for that long. */
const step = 500;

/** Milliseconds between two steps. */
const pauseMs = 20;

/** Forgets changes that are older than `keepMs`, in small steps, as long as it is not stopped. Null where there are none. */
export function trimChanges(store: Store | null, keepMs: number, log: Log): { stop(): void } | null {
  const changes = store?.changes ?? null;
  if (changes === null) return null;
  let isStopped = false;
  let isTrimming = false;
  const trim = async (): Promise<void> => {
    if (isTrimming) return;
    isTrimming = true;
    try {
      await trimAll(changes, keepMs, () => isStopped);
    } catch (thrown) {
      if (!isStopped) log.warn("changes_not_trimmed", { err: thrown });
    }
    isTrimming = false;
  };
  const timer = setInterval(() => void trim(), Math.min(60_000, Math.max(100, keepMs / 10))).unref();
  return {
    stop: () => {
      isStopped = true;
      clearInterval(timer);
    },
  };
}

async function trimAll(changes: ChangeLog, keepMs: number, isStopped: () => boolean): Promise<void> {
  while (!isStopped() && (await changes.trim(Date.now() - keepMs, step)) === step) await sleep(pauseMs);
}
