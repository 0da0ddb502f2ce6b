import { execFileSync } from "node:child_process";

/**
 * Lets this process and its children have so many files open each, where that may be had. Returns how many they may have: Node
 * raises its soft limit to the hard one by itself.
 */
export function raiseOpenFiles(needed: number): number {
  if (openFiles() < needed) {
    try {
      // Only root may raise the hard limit.
      execFileSync("prlimit", ["--pid", String(process.pid), `--nofile=${needed}:${needed}`], {
        stdio: "ignore",
      });
    } catch {
      // The caller sees what there is.
    }
  }
  return openFiles();
}

function openFiles(): number {
  const limit = execFileSync("sh", ["-c", "ulimit -n"], { encoding: "utf8" }).trim();
  return limit === "unlimited" ? Number.POSITIVE_INFINITY : Number(limit);
}
