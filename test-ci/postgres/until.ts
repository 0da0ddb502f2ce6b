import { setTimeout as wait } from "node:timers/promises";

/** Waits until it holds; rejects after twenty seconds. */
export async function until(holds: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 1_000; tries++) {
    if (await holds()) return;
    await wait(20);
  }
  throw new Error(`It never came: ${what}`);
}
