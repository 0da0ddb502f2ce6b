import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

/**
 * What a reader must know to judge the figures: name and value. Asked for at the start of a run: others commit meanwhile.
 * `versions` are those of what is measured, and of what it is measured with.
 */
export function describeMachine(versions: readonly string[]): readonly (readonly [string, string])[] {
  return [
    ["date", new Date().toISOString().slice(0, 10)],
    ["commit", commit()],
    ["machine", `${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, ${gibibytes()} GiB`],
    ["kernel", `Linux ${release()}`],
    [
      "load average at the start",
      loadavg()
        .map((load) => load.toFixed(1))
        .join(", "),
    ],
    ["versions", [`Node.js ${process.versions.node}`, ...versions].join(", ")],
  ];
}

function gibibytes(): string {
  return (totalmem() / 2 ** 30).toFixed(0);
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8" }).trim();
  const isDirty = git("status", "--porcelain", "--", "../src") !== "";
  return `${git("rev-parse", "--short", "HEAD")}${isDirty ? " with changes that are not committed" : ""}`;
}

/** Name and version of an installed package of the benchmarks. */
export function packageVersion(name: string): string {
  const path = join(import.meta.dirname, "../node_modules", name, "package.json");
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  const isManifest = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return `${name} ${isManifest ? String(manifest.version) : "unknown"}`;
}
