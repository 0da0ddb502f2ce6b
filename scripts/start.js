import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { enableCompileCache, registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// `node --import ./scripts/start.js PROGRAM`: the program gets fourfold put together as it is published, made anew whenever a source
// has changed. Loading 300 sources, one by one, takes three times as long. By itself, `node scripts/start.js` only makes it.
// JavaScript, since it runs at every start: what strips types need not be loaded for it.

const root = join(import.meta.dirname, "..");
const bundles = join(root, "node_modules/.cache/fourfold");
/** Milliseconds that a bundle stays after the last start with it: servers load some parts when they are first asked for them. */
const keptMs = 24 * 3_600_000;

enableCompileCache();
const { exports: exported } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const folder = join(bundles, fingerprint());
if (existsSync(folder)) utimesSync(folder, new Date(), new Date());
else await make();
registerHooks({
  resolve(specifier, context, next) {
    if (!/^fourfold(\/|$)/.test(specifier)) return next(specifier, context);
    const entry = exported[`.${specifier.slice("fourfold".length)}`];
    if (entry?.default === undefined) return next(specifier, context);
    const file = entry.default.replace("./dist", folder);
    return { url: pathToFileURL(file).href, format: "module", shortCircuit: true };
  },
});

/** Differs when any file differs that goes into a bundle: by size and times, which costs 5 ms, where reading them costs 30. */
function fingerprint() {
  const sources = readdirSync(join(root, "src"), { recursive: true }).map((path) => join("src", path));
  const hash = createHash("sha256").update(process.version);
  for (const path of [
    ...sources.sort(),
    "scripts/bundle.ts",
    "package.json",
    "node_modules/.package-lock.json",
  ]) {
    const { size, mtimeMs, ctimeMs } = statSync(join(root, path));
    hash.update(`${path} ${size} ${mtimeMs} ${ctimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}

/** Others may start at the same time: a bundle appears whole, or not at all. */
async function make() {
  const { bundle } = await import("./bundle.ts");
  const own = join(bundles, `.${process.pid}`);
  try {
    bundle(own);
    renameSync(own, folder);
  } catch (thrown) {
    rmSync(own, { recursive: true, force: true });
    if (!existsSync(folder)) throw thrown;
  }
  for (const name of readdirSync(bundles)) {
    const path = join(bundles, name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
    if (mtimeMs < Date.now() - keptMs) rmSync(path, { recursive: true, force: true });
  }
}
