import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

// Compiles src to dist: what is published.

const root = join(import.meta.dirname, "..");
const compiler = join(root, "node_modules/typescript/lib/tsc.js");

rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
const { bin }: { readonly bin: Readonly<Record<string, string>> } = JSON.parse(
  readFileSync(join(root, "package.json"), "utf8"),
);
for (const program of Object.values(bin)) chmodSync(join(root, program), 0o755);
