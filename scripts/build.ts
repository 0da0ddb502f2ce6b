import { execFileSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

// Makes dist of src: what is published. TypeScript checks and writes the declarations, file by file; the code is put together by
// esbuild in as few files as the exports allow, since each file that is loaded costs time at the start of a server.

const root = join(import.meta.dirname, "..");
const compiler = join(root, "node_modules/typescript/lib/tsc.js");

interface Package {
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly exports: Readonly<Record<string, string | { readonly "fourfold-source": string }>>;
}

const { bin, engines, exports }: Package = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

rmSync(join(root, "dist"), { recursive: true, force: true });
execFileSync(process.execPath, [compiler, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });

const exported = Object.values(exports).flatMap((entry) =>
  typeof entry === "string" ? [] : [entry["fourfold-source"]],
);
const programs = Object.values(bin).map((path) =>
  path.replace(/^\.\/dist\//, "./src/").replace(/\.js$/, ".ts"),
);
await build({
  absWorkingDir: root,
  entryPoints: [...new Set([...exported, ...programs])],
  outdir: "dist",
  outbase: "src",
  chunkNames: "chunks/[name]-[hash]",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  packages: "external",
  target: `node${/\d+\.\d+/.exec(engines.node)?.[0]}`,
  sourcemap: true,
  logLevel: "warning",
});
for (const program of Object.values(bin)) chmodSync(join(root, program), 0o755);
