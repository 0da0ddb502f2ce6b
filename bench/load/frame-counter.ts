const TEXT = 0x81;
const PING = 0x89;
const LONGEST_HEAD = 10;

/** Counts the texts that a server has sent on one connection, wherever its bytes are parted (RFC 6455 §5.2). */
export class FrameCounter {
  /** Of the payload that is coming in. */
  #left = 0;
  #isText = false;
  /** A head that has not come whole. */
  #head: Buffer | null = null;
  /** Pings that nobody has answered yet. */
  pings = 0;

  /** How many texts have become whole with these bytes. */
  take(bytes: Buffer): number {
    const all = this.#head === null ? bytes : Buffer.concat([this.#head, bytes]);
    this.#head = null;
    let texts = 0;
    let at = 0;
    while (at < all.length) {
      if (this.#left === 0) {
        const start = this.#readHead(all, at);
        if (start === at) break;
        at = start;
      }
      const taken = Math.min(this.#left, all.length - at);
      at += taken;
      this.#left -= taken;
      if (this.#left === 0 && this.#isText) texts += 1;
    }
    return texts;
  }

  /** Where the head ends; `at` where it is not whole. */
  #readHead(bytes: Buffer, at: number): number {
    const second = bytes[at + 1];
    const length = second === undefined || second < 126 ? 2 : second === 126 ? 4 : LONGEST_HEAD;
    if (bytes.length - at < length) {
      this.#head = Buffer.from(bytes.subarray(at));
      return at;
    }
    const first = bytes[at];
    if (first === PING) this.pings += 1;
    else if (first !== TEXT) throw new Error(`A frame begins with ${first}`);
    this.#isText = first === TEXT;
    if (length === 2) this.#left = second ?? 0;
    else this.#left = length === 4 ? bytes.readUInt16BE(at + 2) : Number(bytes.readBigUInt64BE(at + 2));
    return at + length;
  }
}
