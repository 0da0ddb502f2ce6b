import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";

const here = import.meta.dirname;

/** Installs the peers where one is absent. */
export function installPeers(): void {
  const isInstalled = (name: string): boolean => existsSync(join(here, "node_modules", name));
  if (!peers().every(isInstalled))
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: here, stdio: "inherit" });
  linkFourfold();
}

function peers(): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(here, "package.json"), "utf8")) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  return Object.keys(manifest.dependencies);
}

/** As a dependency, `file:..` would make npm install the root's packages a second time. */
function linkFourfold(): void {
  const link = join(here, "node_modules/fourfold");
  if (!existsSync(link)) symlinkSync("../..", link, "dir");
}
