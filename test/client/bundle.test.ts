import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { type BuildOptions, buildSync } from "esbuild";

// What the client adds to a page.

const root = join(import.meta.dirname, "../..");

interface Bundle {
  readonly gzipped: number;
  readonly brotli: number;
  /** Our files that it is made of. */
  readonly files: readonly string[];
}

/** A page of these lines, for browsers: what it imports must be there. */
function bundle(contents: string): Bundle {
  const options = {
    stdin: { contents, resolveDir: root, loader: "ts" },
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    conditions: ["fourfold-source"],
    write: false,
    metafile: true,
    logLevel: "silent",
  } satisfies BuildOptions;
  const { outputFiles, metafile } = buildSync(options);
  const [output] = Object.values(metafile.outputs);
  const [file] = outputFiles;
  assert.ok(output !== undefined && file !== undefined);
  const used = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return {
    gzipped: gzipSync(file.contents, { level: 9 }).length,
    brotli: brotliCompressSync(file.contents).length,
    files: used.map(([path]) => path),
  };
}

function foldersOf({ files }: Bundle): readonly string[] {
  return [...new Set(files.map((file) => /^src\/([^/]+)\//.exec(file)?.[1] ?? file))].sort();
}

test("all of the client is less than 6 KB, compressed, and of nothing else's making", () => {
  const all = bundle('export * from "./src/client/index.ts";');
  assert.ok(all.gzipped < 6 * 1024, `${all.gzipped} bytes by gzip`);
  assert.ok(all.brotli < 5_700, `${all.brotli} bytes by Brotli`);
  assert.ok(all.gzipped > 4 * 1024, "it was bundled");
  assert.deepEqual(foldersOf(all), ["client", "schema"]);
});

test("a definition comes along without what compiles and serves it", () => {
  const page = bundle(`
    import { api, resource, channel, command, t } from "fourfold";
    import { createClient } from "fourfold/client";
    const User = resource("User", { fields: { id: t.id(), name: t.string() } });
    export default api("page", { resources: [User] });
    export const users = createClient().call(User.list);`);
  assert.deepEqual(
    foldersOf(page).filter((folder) => !["client", "define", "errors", "schema", "base"].includes(folder)),
    ["<stdin>"],
  );
});
