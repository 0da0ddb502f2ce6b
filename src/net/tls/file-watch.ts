import { stat } from "node:fs/promises";

/**
 * Tells when files have changed, by looking at them now and then: it works for files that are replaced, for links that are
 * turned elsewhere (Kubernetes' mounted secrets) and on network disks, where notifications do not. A change is told once
 * it has lasted for a whole period, since a certificate and its key are seldom written at once.
 */
export class FileWatch {
  readonly #files: readonly string[];
  readonly #changed: () => void;
  readonly #periodMs: number;
  #timer: NodeJS.Timeout | null;
  #stopped: boolean;
  /** How the files looked when they were last read; null where that must be done again in any case. */
  #known: string | null;
  /** How they looked a period ago. */
  #before: string | null;

  /** `known` is how the files looked before they were read. */
  constructor(files: readonly string[], known: string, periodMs: number, changed: () => void) {
    this.#files = files;
    this.#changed = changed;
    this.#periodMs = periodMs;
    this.#timer = null;
    this.#stopped = false;
    this.#known = known;
    this.#before = known;
    this.#wait();
  }

  /** The files are about to be read: what changes from here on is news. */
  async mark(): Promise<void> {
    this.#known = await appearance(this.#files);
    this.#before = this.#known;
  }

  /** They were read in vain: whatever stood in the way may be gone the next time. */
  forget(): void {
    this.#known = null;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #wait(): void {
    // Longer ones overflow.
    if (this.#stopped || this.#periodMs > 0x7fffffff) return;
    this.#timer = setTimeout(() => void this.#look(), this.#periodMs).unref();
  }

  async #look(): Promise<void> {
    const now = await appearance(this.#files);
    const hasLasted = now === this.#before;
    this.#before = now;
    if (hasLasted && now !== this.#known && !this.#stopped) this.#changed();
    this.#wait();
  }
}

/** Replaced, written, turned elsewhere or made readable: each changes it. */
export async function appearance(files: readonly string[]): Promise<string> {
  return (await Promise.all(files.map(appearanceOf))).join();
}

async function appearanceOf(file: string): Promise<string> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
  } catch {
    return "absent";
  }
}
