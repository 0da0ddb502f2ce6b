import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Files that one run needs. */
export class Preparations {
  readonly #directory: string = mkdtempSync(join(tmpdir(), "fourfold-bench-live-"));
  #files = 0;

  /** The name of a file that is not there yet. */
  file(): string {
    this.#files += 1;
    return join(this.#directory, String(this.#files));
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
