import { lstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Api } from "../../../define/api.ts";
import { Mistakes } from "../../../plan/mistakes.ts";
import type { LockFile } from "./lock-file.ts";
import { parseLock } from "./parse-lock.ts";

/** A lock is text that people read; larger ones are something else. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Reads the lock that an API names. One that is not there yet says nothing; one that is there and cannot be understood throws a
 * DefinitionError with every place.
 */
export function readLock({ name, options }: Api): LockFile {
  if (options.lock === undefined) return { path: null, exists: false, packages: {}, others: {} };
  const path = fileURLToPath(options.lock);
  const mistakes = new Mistakes();
  const text = readText(path, mistakes);
  const read = text === null ? { packages: {}, others: {} } : parseLock(text, shownPath(path), mistakes);
  mistakes.assertNone(name);
  return { path, exists: text !== null, ...read };
}

/** A path as people know it: within the folder that they are in, if it is there. */
export function shownPath(path: string): string {
  const within = relative(process.cwd(), path);
  return within === "" || within === ".." || within.startsWith(`..${sep}`) ? path : within;
}

/** Null where there is no such file. */
function readText(path: string, mistakes: Mistakes): string | null {
  try {
    const found = statSync(path, { throwIfNoEntry: false }) ?? null;
    if (found !== null && isReadable(found, path, mistakes)) return readFileSync(path, "utf8");
    if (found === null && lstatSync(path, { throwIfNoEntry: false }) !== undefined)
      mistakes.add(shownPath(path), "is a link to a file that is not there", "Remove it, or mend the link");
    return null;
  } catch (thrown) {
    const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "it failed";
    mistakes.add(shownPath(path), `cannot be read (${code})`, "Make it a file that this process may read");
    return null;
  }
}

/** Reading a pipe would wait for ever. */
function isReadable(found: Stats, path: string, mistakes: Mistakes): boolean {
  if (!found.isFile()) mistakes.add(shownPath(path), "is no file", "Name the file itself in the option lock");
  else if (found.size > MAX_BYTES)
    mistakes.add(
      shownPath(path),
      `has ${found.size} bytes, as no lock has`,
      "Name the lock in the option lock",
    );
  else return true;
  return false;
}
