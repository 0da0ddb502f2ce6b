import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";

/** What a reader must know to judge the figures: name and value. Asked for at the start of a run: others commit meanwhile. */
export function describeMachine(): readonly (readonly [string, string])[] {
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
    ["versions", versions().join(", ")],
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

function versions(): readonly string[] {
  const packages = ["fastify", "hono", "@hono/node-server", "express", "bun", "lru-cache", "pino"];
  return [`Node.js ${process.versions.node}`, ...packages.map((name) => `${name} ${versionOf(name)}`)];
}

function versionOf(name: string): string {
  const path = join(import.meta.dirname, "../node_modules", name, "package.json");
  const manifest: unknown = JSON.parse(readFileSync(path, "utf8"));
  const isManifest = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isManifest ? String(manifest.version) : "unknown";
}
