import { execFileSync } from "node:child_process";

/** Open files that a process may have; Node raises the soft limit to the hard one at its start, also for its children. */
export function openFilesLimit(): number {
  const limit = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : Number(limit);
}
