import { execFileSync } from "node:child_process";
import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;

/** Installs the peers where they are absent. */
export function installPeers(): void {
  if (!existsSync(join(here, "node_modules/fastify")))
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: here, stdio: "inherit" });
  linkFourfold();
}

/** As a dependency, `file:..` would make npm install the root's packages a second time. */
function linkFourfold(): void {
  const link = join(here, "node_modules/fourfold");
  if (!existsSync(link)) symlinkSync("../..", link, "dir");
}
