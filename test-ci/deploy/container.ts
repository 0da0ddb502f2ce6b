import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Image } from "./image.ts";
import { confine } from "./sandbox.ts";

const root = join(import.meta.dirname, "../..");

/** A process of an image: read-only but for its volumes, without privileges, process 1 of its namespace. */
export class Container {
  stdout = "";
  stderr = "";
  readonly exited: Promise<number | string>;
  readonly #child: ChildProcess;

  /** `command` stands in place of the image's entrypoint. Without `volume`, its volumes are as read-only as the rest. */
  constructor(
    image: Image,
    environment: Readonly<Record<string, string>>,
    command: readonly string[] = image.entrypoint,
    volume: Volume | null = null,
  ) {
    this.#child = confine(
      {
        layer: image.layer,
        command,
        workdir: image.workdir,
        environment: { ...image.environment, ...environment },
        user: image.user,
        isFinal: true,
        mounts: volume === null ? {} : Object.fromEntries(image.volumes.map((path) => [path, volume.folder])),
        hidden: [root, "/root"],
      },
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    this.#child.stdout?.on("data", (chunk) => {
      this.stdout += String(chunk);
    });
    this.#child.stderr?.on("data", (chunk) => {
      this.stderr += String(chunk);
    });
    this.exited = once(this.#child, "close").then(([code, signal]) => code ?? signal);
  }

  /** Of process 1, as this machine counts. */
  get pid(): number {
    const parent = this.#child.pid ?? 0;
    const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim();
    const pid = Number(children.split(" ")[0]);
    // To the system, process 0 is everyone in this group.
    if (!(pid > 1)) throw new Error(`It has not begun: ${this.stderr}`);
    return pid;
  }

  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Ends whatever is left of it. */
  async dispose(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    // Not the parent: process 1 no longer ends with it, since it has changed its user.
    this.kill("SIGKILL");
    await this.exited;
  }
}

/** A folder that a container may write to. */
export class Volume {
  readonly folder: string = mkdtempSync(join(tmpdir(), "fourfold-volume-"));
  readonly #user: number;

  constructor(image: Image) {
    this.#user = Number(image.user.split(":")[0]);
    chownSync(this.folder, this.#user, this.#user);
  }

  /** Makes a file of it, and the folder itself, the image's user's, or another one's. */
  give(file: string, user: number = this.#user): void {
    for (const path of [this.folder, join(this.folder, file)]) chownSync(path, user, user);
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
