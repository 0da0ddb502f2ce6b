import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

// Makes dist of src: what is published. TypeScript checks and writes the declarations, file by file; esbuild puts the code together.

const root = join(import.meta.dirname, "..");
const compiler = join(root, "node_modules/typescript/lib/tsc.js");
const dist = join(root, "dist");

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
// Licences ask that their text goes along.
const licences = bundle(dist).map(
  (name) => `${name}\n\n${readFileSync(join(root, "node_modules", name, "LICENSE"), "utf8")}`,
);
writeFileSync(join(dist, "LICENSES-OF-OTHERS.txt"), licences.join("\n\n"));
chmodSync(join(dist, "cli/main.js"), 0o755);
