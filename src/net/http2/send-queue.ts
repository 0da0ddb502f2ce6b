/** Content of one stream that waits to be sent. It is not copied before it is. */
export class SendQueue {
  /** Bytes that wait. */
  size: number;
  #parts: Uint8Array[];
  /** The part that is next, and how much of it has been sent. */
  #next: number;
  #at: number;

  constructor() {
    this.size = 0;
    this.#parts = [];
    this.#next = 0;
    this.#at = 0;
  }

  push(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#parts.push(part);
    this.size += part.length;
  }

  /** Moves so many bytes, which must be there, into `target`. */
  moveInto(target: Uint8Array, start: number, length: number): void {
    let at = start;
    const end = start + length;
    while (at < end) {
      const part = this.#parts[this.#next];
      if (part === undefined) throw new RangeError("There are not so many bytes");
      const count = Math.min(end - at, part.length - this.#at);
      target.set(count === part.length ? part : part.subarray(this.#at, this.#at + count), at);
      at += count;
      this.#at += count;
      if (this.#at === part.length) this.#drop();
    }
    this.size -= length;
  }

  clear(): void {
    this.size = 0;
    this.#parts = [];
    this.#next = 0;
    this.#at = 0;
  }

  /** The first part has been sent. Those sent before it make room when there are many, or nothing is left. */
  #drop(): void {
    this.#at = 0;
    this.#next += 1;
    if (this.#next < 64 && this.#next < this.#parts.length) return;
    this.#parts.splice(0, this.#next);
    this.#next = 0;
  }
}
