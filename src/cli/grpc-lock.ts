import type { ApiPlan } from "../plan/api-plan.ts";
import { type BoundProto, bindProtos } from "../protocols/grpc/binding/bind-protos.ts";
import { readProtos } from "../protocols/grpc/binding/read-protos.ts";
import { compareLock, type LockComparison } from "../protocols/grpc/lock/compare-lock.ts";
import type { LockFile } from "../protocols/grpc/lock/lock-file.ts";
import { readLock, shownPath } from "../protocols/grpc/lock/read-lock.ts";
import { buildVersions, isInContract, type VersionModel } from "../protocols/grpc/model/build.ts";
import type { LockChange } from "../protocols/grpc/model/package-lock.ts";
import { StartError } from "../server/start-error.ts";

/** The .proto of every version of an API, and how the numbers in it differ from the lock. */
export interface GrpcContracts {
  readonly lock: LockFile;
  readonly models: readonly VersionModel[];
  /** The .proto files of others. */
  readonly bound: readonly BoundProto[];
  readonly comparison: LockComparison;
}

/** Throws a DefinitionError for what cannot be in a .proto, for a lock that cannot be understood, and for bound files that do not fit. */
export async function grpcContracts(plan: ApiPlan): Promise<GrpcContracts> {
  const lock = readLock(plan.api);
  const { files, mistakes } = await readProtos(plan.api);
  const bound = bindProtos(files, { plan, isServed: isInContract, mistakes });
  const models = buildVersions(plan, lock.packages, isInContract, mistakes);
  return { lock, models, bound, comparison: compareLock(lock, models) };
}

/** Throws where a number would mean something else than clients know it as: `refused` says what is not done for it. */
export function assertNoneRetyped({ retyped }: LockComparison, refused: string): void {
  if (retyped.length === 0) return;
  throw new StartError(
    `${refused}: clients read these numbers as the types that they had\n${linesOf(retyped)}`,
  );
}

/** Throws where the lock is not what the definition comes to. */
export function assertUpToDate({ lock, comparison }: GrpcContracts, module: string): void {
  const { changes } = comparison;
  if (lock.path === null || (changes.length === 0 && lock.exists)) return;
  const file = shownPath(lock.path);
  if (!lock.exists)
    throw new StartError(`${file} is not there yet. Run "fourfold lock ${module}" and commit the file.`);
  const mend = `Run "fourfold lock ${module}" and commit the file`;
  const one = changes.length === 1 ? "1 change" : `${changes.length} changes`;
  throw new StartError(`${file} does not have ${one} of the definition:\n${linesOf(changes, mend)}`);
}

function linesOf(changes: readonly LockChange[], mend = ""): string {
  return changes
    .map((change) => {
      const todo = change.kind === "retyped" ? keepType : mend;
      return `  ${change.place}: ${describeChange(change)}.${todo === "" ? "" : ` ${todo}.`}`;
    })
    .join("\n");
}

const keepType =
  "Give it another name, or keep the old type in this version by `converted` and have the new one in another version";

/** `was string, and is int32 (number 3)` */
export function describeChange({ kind, before, after, number }: LockChange): string {
  const numbered = number === null ? "" : ` (number ${number})`;
  switch (kind) {
    case "added":
      return number === null ? `is new, a whole ${after}` : `is new${typed(after)}${numbered}`;
    case "renamed":
      return `was ${before}${numbered}`;
    case "removed":
      return number === null ? `is gone, a whole ${before}` : `is gone${numbered}`;
    case "returned":
      return `is back${numbered}`;
    case "retyped":
      return `was ${before}, and is ${after}${numbered}`;
  }
}

/** Values of enums have no type. */
function typed(type: string | null): string {
  return type === null || type === "" ? "" : `, ${type}`;
}
