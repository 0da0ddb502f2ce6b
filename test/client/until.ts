import { setTimeout as sleep } from "node:timers/promises";

/** Waits until something holds; fails where it does not come to be. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    if (tries === 1_000) throw new Error(`It did not come to be: ${holds}`);
    await sleep(10);
  }
}
