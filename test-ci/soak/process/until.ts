import { setTimeout as pause } from "node:timers/promises";

/** Waits for what must become so; where it does not within the time, whoever looks next sees it. */
export async function until(isSo: () => boolean | Promise<boolean>, withinMs: number): Promise<void> {
  const endsAt = performance.now() + withinMs;
  while (performance.now() < endsAt && !(await isSo())) await pause(50);
}
