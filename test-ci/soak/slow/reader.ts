import type { Readable } from "node:stream";
import { ContentCheck } from "../content.ts";
import type { SlowReport } from "./report.ts";

/** About 256 KiB a second of an endless answer: too slow for the server, too fast to be cut off. */
const readEveryMs = 250;
const readBytes = 64 * 1024;

export class SlowReader {
  isGone = false;
  readonly #httpVersion: SlowReport["httpVersion"];
  readonly #stream: Readable;
  readonly #isWhole: () => boolean;
  readonly #check: ContentCheck = new ContentCheck();
  readonly #timer: NodeJS.Timeout;

  /** `isWhole` says of a stream that is gone whether the server has ended it in good order. */
  constructor(httpVersion: SlowReport["httpVersion"], stream: Readable, isWhole: () => boolean) {
    this.#httpVersion = httpVersion;
    this.#stream = stream;
    this.#isWhole = isWhole;
    this.#timer = setInterval(() => this.#read(readBytes), readEveryMs);
    // Said by how it ended.
    stream.on("error", () => {});
    stream.on("close", () => {
      this.isGone = true;
      clearInterval(this.#timer);
    });
  }

  get report(): SlowReport {
    const { received, isGood } = this.#check;
    const end = this.isGone ? (this.#isWhole() ? "whole" : "broken off") : "none";
    return { httpVersion: this.#httpVersion, received, isGood, end };
  }

  /** From now on it reads all there is. */
  hurry(): void {
    clearInterval(this.#timer);
    this.#stream.on("data", (bytes: Buffer) => this.#check.take(bytes));
  }

  #read(most: number): void {
    let left = most;
    while (left > 0) {
      const bytes: Buffer | null = this.#stream.read(Math.min(left, this.#stream.readableLength)) ?? null;
      if (bytes === null) return;
      this.#check.take(bytes);
      left -= bytes.length;
    }
  }
}
