import type { VersionModel } from "../model/build.ts";
import type { LockChange } from "../model/package-lock.ts";
import type { LockFile } from "./lock-file.ts";

/** How a definition and its lock differ. */
export interface LockComparison {
  /** With full names as places: `blog.v1.User.email`. */
  readonly changes: readonly LockChange[];
  /** Those that would break clients: they are not written into a lock. */
  readonly retyped: readonly LockChange[];
  /** The lock as it should be. Versions that are gone stay in it, in case that they return. */
  readonly next: Pick<LockFile, "packages" | "others">;
}

/** Compares the versions that were built with a lock to that lock. */
export function compareLock(lock: LockFile, models: readonly VersionModel[]): LockComparison {
  const changes = models.flatMap((model) => changesOf(lock, model));
  const packages = models.map(({ file, numbering }) => [file.package, numbering.toLock()] as const);
  return {
    changes,
    retyped: changes.filter(({ kind }) => kind === "retyped"),
    next: { packages: { ...lock.packages, ...Object.fromEntries(packages) }, others: lock.others },
  };
}

function changesOf({ packages }: LockFile, { file, numbering }: VersionModel): readonly LockChange[] {
  // Of one that is new altogether, its name says enough.
  if (!Object.hasOwn(packages, file.package))
    return [{ kind: "added", place: file.package, before: null, after: "package", number: null }];
  return numbering.changes.map((change) => ({ ...change, place: `${file.package}.${change.place}` }));
}
