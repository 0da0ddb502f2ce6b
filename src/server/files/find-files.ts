import { type Dirent, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Pages } from "../../define/pages.ts";
import { StartError } from "../start-error.ts";
import { PageFile } from "./page-file.ts";

/** What an application's files stand at. */
export interface FoundFiles {
  readonly files: ReadonlyMap<string, PageFile>;
  /** Addresses of folders without their last slash, and with it. */
  readonly redirects: ReadonlyMap<string, string>;
}

/** Lists all files that will be served, at start: a request only picks one of them. Throws a StartError. */
export function findFiles(pages: Pages): FoundFiles {
  const files = new Map<string, PageFile>();
  const redirects = new Map<string, string>();
  for (const [path, stated] of Object.entries(pages)) {
    const { from, contentSecurityPolicy = null } = stated instanceof URL ? { from: stated } : stated;
    for (const [address, file] of addresses(path, fileURLToPath(from))) {
      const before = files.get(address);
      if (before !== undefined)
        throw new StartError(`${before.path} and ${file} would both be at ${address}`);
      files.set(address, new PageFile(file, contentSecurityPolicy));
      if (isIndex(file) && address.length > 1) redirects.set(address.slice(0, -1), address);
    }
  }
  return { files, redirects };
}

/** Each address with its file: one for a file, and those of all files in a folder. */
function addresses(path: string, from: string): readonly (readonly [string, string])[] {
  if (!/[/\\]$/.test(from)) {
    if (!isFile(from)) throw new StartError(`pages["${path}"]: there is no file ${from}`);
    return [[path, from]];
  }
  const root = pathToFileURL(from).href;
  return listFolder(from, path).map((file) => {
    const below = pathToFileURL(file).href.slice(root.length);
    return [path + (isIndex(file) ? below.slice(0, -"index.html".length) : below), file] as const;
  });
}

function listFolder(folder: string, path: string): readonly string[] {
  const entries = entriesOf(folder, path);
  if (entries.some(({ name }) => name === "package.json" || name === "node_modules"))
    throw new StartError(
      `pages["${path}"]: ${folder} is the folder of a package; name one that holds nothing but what all may read`,
    );
  return entries.flatMap((entry) => {
    const file = join(folder, entry.name);
    // Names that begin with a dot are not meant for visitors; declarations say nothing to a browser.
    if (entry.name.startsWith(".") || entry.name.endsWith(".d.ts")) return [];
    if (entry.isDirectory()) return listFolder(`${file}/`, path);
    return entry.isFile() || (entry.isSymbolicLink() && isFile(file)) ? [file] : [];
  });
}

function entriesOf(folder: string, path: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (thrown) {
    throw new StartError(`pages["${path}"]: there is no folder ${folder} that can be read`, {
      cause: thrown,
    });
  }
}

function isIndex(file: string): boolean {
  return /[/\\]index\.html$/.test(file);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
