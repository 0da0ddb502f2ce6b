import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Pages } from "../../define/pages.ts";

/** Where pages have `fourfold/client` from, without anything that bundles: what an import map says. */
export const clientPath = "/fourfold/client.js";

/** The client in one file (`scripts/bundle.ts` puts it there), beside the folder of this code as it is published. */
const published = new URL("../client/browser.js", import.meta.url);

/** The client's files by their addresses, and the address of the first; null where that is the client's own. */
export function clientFiles(): { readonly files: Pages; readonly entry: string | null } {
  if (existsSync(fileURLToPath(published))) return { files: { [clientPath]: published }, entry: null };
  // Sources run as they are: so they do in the browser.
  const folders = ["client", "base", "errors", "schema", "define"];
  const files = folders.map((name) => [`/fourfold/${name}/`, new URL(`../../${name}/`, import.meta.url)]);
  return { files: Object.fromEntries(files), entry: "/fourfold/client/index.ts" };
}
