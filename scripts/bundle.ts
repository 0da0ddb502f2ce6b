import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSync } from "esbuild";

const root = join(import.meta.dirname, "..");

interface Package {
  readonly bin: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly exports: Readonly<Record<string, string | { readonly "fourfold-source": string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
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
    external: Object.keys({ ...described.dependencies, ...described.peerDependencies }),
    target: `node${/\d+\.\d+/.exec(described.engines.node)?.[0]}`,
    sourcemap: true,
    metafile: true,
    logLevel: "warning",
  });
  bundleClient(folder);
  for (const [name, source] of Object.entries(graphiqlFiles))
    copyInto(join(folder, "graphiql"), name, source);
  const packages = Object.keys(metafile.inputs).map(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1],
  );
  return [...new Set([...packages, "react", "react-dom", "graphiql"])].filter((name) => name !== undefined);
}

/** The client once more, in one file for pages that no bundler makes: `src/server/files/client-files.ts` serves it. */
function bundleClient(folder: string): void {
  buildSync({
    absWorkingDir: root,
    entryPoints: ["src/client/index.ts"],
    outfile: join(folder, "client/browser.js"),
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "warning",
  });
}

/** What GraphiQL's page loads, as `src/protocols/graphql/page/page-files.ts` names it. */
const graphiqlFiles = {
  "react.js": "react/umd/react.production.min.js",
  "react-dom.js": "react-dom/umd/react-dom.production.min.js",
  "graphiql.js": "graphiql/graphiql.min.js",
  "graphiql.css": "graphiql/graphiql.min.css",
};

function copyInto(folder: string, name: string, source: string): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(join(root, "node_modules", source), join(folder, name));
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
