import type { PackageLock } from "../model/package-lock.ts";

/** The version of the file's form. */
export const LOCK_VERSION = 1;

/** What `fourfold.lock.json` says: the numbers that clients have compiled in. */
export interface LockFile {
  /** Null for an API without the option `lock`: its numbers are not pinned. */
  readonly path: string | null;
  /** Whether there is a file. One that is not there yet says nothing. */
  readonly exists: boolean;
  /** By the name of the package. */
  readonly packages: Readonly<Record<string, PackageLock>>;
  /** What else is in the file: it stays there. */
  readonly others: Readonly<Record<string, unknown>>;
}
