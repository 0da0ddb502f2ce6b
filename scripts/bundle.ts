import { readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

const root = join(import.meta.dirname, "..");

interface Package {
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly exports: Readonly<Record<string, string | { readonly "fourfold-source": string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/**
 * Puts the code of `src` together in as few files as the exports allow, since each file that is loaded costs time at the start
 * of a server. What is no dependency of the package is put in: Kysely has 262 files. Returns the names of the packages put in.
 */
export function bundle(folder: string): readonly string[] {
  const described: Package = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: entryPoints(described),
    outdir: folder,
    outbase: "src",
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    external: Object.keys(described.dependencies),
    target: `node${/\d+\.\d+/.exec(described.engines.node)?.[0]}`,
    sourcemap: true,
    metafile: true,
    logLevel: "warning",
  });
  const packages = Object.keys(metafile.inputs).map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1],
  );
  return [...new Set(packages)].filter((name) => name !== undefined);
}

function entryPoints({ bin, exports }: Package): string[] {
  const exported = Object.values(exports).flatMap((entry) =>
    typeof entry === "string" ? [] : [entry["fourfold-source"]],
  );
  const programs = Object.values(bin).map((path) =>
    path.replace(/^\.\/dist\//, "./src/").replace(/\.js$/, ".ts"),
  );
  return [...new Set([...exported, ...programs])];
}
