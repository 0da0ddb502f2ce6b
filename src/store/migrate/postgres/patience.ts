/** How long a migration waits, and lets others wait. Milliseconds. */
export interface Patience {
  /** How long one of its statements may wait for a lock, and whoever comes after it in the queue for that lock with it. */
  readonly lockTimeout: number;
  /** How long it tries to get a lock again and again. */
  readonly giveUpAfter: number;
  /** How long it waits for another process that migrates the same database. */
  readonly turnTimeout: number;
}

export const defaultPatience: Patience = {
  lockTimeout: 500,
  giveUpAfter: 10 * 60_000,
  turnTimeout: 10 * 60_000,
};
