import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Files that one run needs. */
export class Preparations {
  readonly #directory: string = mkdtempSync(join(tmpdir(), "fourfold-bench-graphql-"));
  #files = 0;

  /** The name of a file that is not there yet. */
  file(): string {
    this.#files += 1;
    return join(this.#directory, String(this.#files));
  }

  /** A file with a line for each. */
  lines(lines: readonly string[]): string {
    const file = this.file();
    writeFileSync(file, `${lines.join("\n")}\n`);
    return file;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
