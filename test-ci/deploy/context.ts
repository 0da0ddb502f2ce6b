import { cpSync, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";

/** Copies what `.dockerignore` lets through of a folder: what a builder of images sees. */
export function copyContext(root: string, to: string): void {
  const patterns = readFileSync(join(root, ".dockerignore"), "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  const wanted = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => pattern.slice(1));
  const refused = patterns.filter((pattern) => !pattern.startsWith("!") && pattern !== "*");
  if (!patterns.includes("*")) throw new Error(".dockerignore names what is wanted, after a line *");
  for (const name of wanted.filter((each) => existsSync(join(root, each)))) {
    cpSync(join(root, name), join(to, name), {
      recursive: true,
      filter: (source) => !refused.some((pattern) => matchesGlob(source.slice(root.length + 1), pattern)),
    });
  }
}

/** As COPY does: a folder's contents, or files into a folder. */
export function copyInto(sources: readonly string[], target: string, isFolder: boolean): void {
  for (const source of sources) {
    const asFile = !statSync(source).isDirectory();
    const to = asFile && isFolder ? join(target, source.slice(dirname(source).length + 1)) : target;
    cpSync(source, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
  }
}

/** Everything below a folder, which may be a file. */
export function entriesBelow(folder: string): readonly string[] {
  if (!statSync(folder).isDirectory()) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true }).map(({ parentPath, name }) =>
    join(parentPath, name),
  );
}
