import { isoTime } from "./iso-time.ts";

const isoLength = isoTime(0).length;
/** Where the milliseconds stand: `.123Z` is its end. */
const millisecondsAt = isoLength - 4;
const zero = 48;

/** A text with the time in it, as bytes. When the time is another, only the digits that differ are written. */
export class TimedText {
  readonly #bytes: Buffer;
  readonly #timeAt: number;
  #now: number;
  #second: number;

  constructor(before: string, after: string) {
    this.#bytes = Buffer.from(`${before}${isoTime(0)}${after}`);
    this.#timeAt = Buffer.byteLength(before);
    this.#now = 0;
    this.#second = 0;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** With a time in milliseconds since 1970; until the next call. */
  at(now: number): Uint8Array {
    if (now !== this.#now) this.#set(now);
    return this.#bytes;
  }

  #set(now: number): void {
    this.#now = now;
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#bytes.write(isoTime(now), this.#timeAt, "latin1");
      return;
    }
    const milliseconds = now - second * 1_000;
    const at = this.#timeAt + millisecondsAt;
    this.#bytes[at] = zero + Math.floor(milliseconds / 100);
    this.#bytes[at + 1] = zero + (Math.floor(milliseconds / 10) % 10);
    this.#bytes[at + 2] = zero + (milliseconds % 10);
  }
}
