import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { message, transferBytes } from "../servers/wire/workload.ts";

/** Files that one run needs. */
export class Preparations {
  readonly directory: string = mkdtempSync(join(tmpdir(), "fourfold-bench-wire-"));
  /** POSTed as a call. */
  readonly message: string = join(this.directory, "message");
  /** POSTed as an upload. */
  readonly content: string = join(this.directory, "content");

  constructor() {
    writeFileSync(this.message, message);
    writeFileSync(this.content, "");
    truncateSync(this.content, transferBytes);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
