import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { content } from "./content.ts";

/** A folder that is gone when the tests of the file are over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "fourfold-wire-"));
  after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A file with so many bytes of the known content. */
export async function contentFile(folder: string, bytes: number): Promise<string> {
  const path = join(folder, `content-${bytes}`);
  await writeFile(path, content(bytes));
  return path;
}

/** For a test's `skip`: false where all programs are there, else what is missing. */
export function without(...programs: string[]): string | false {
  const missing = programs.filter((program) => !isThere(program));
  return missing.length > 0 && `NOT TESTED: ${missing.join(", ")} not installed`;
}

function isThere(program: string): boolean {
  // Debian has Python's virtual environments in a package of their own.
  if (program === "python3") return spawnSync(program, ["-c", "import venv, ensurepip"]).status === 0;
  return spawnSync(program, ["--version"]).error === undefined;
}
