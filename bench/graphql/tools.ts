import { spawnSync } from "node:child_process";

/** Names and versions. Throws, saying what to install, when wrk is not there. */
export function toolVersions(): readonly string[] {
  const { stdout, error } = spawnSync("wrk", ["--version"], { encoding: "utf8" });
  if (error !== undefined) throw new Error("wrk is not there: apt-get install wrk", { cause: error });
  return [/wrk \S+/.exec(stdout)?.[0] ?? "wrk"];
}
