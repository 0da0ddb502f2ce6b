/**
 * Bytes that came before, to be told when they come again: kept as numbers of four bytes each, which are compared in a quarter of the time that
 * single bytes take, and in less than a native comparison of some hundred bytes.
 */
export class KnownBytes {
  readonly length: number;
  readonly #words: readonly number[];
  /** Those after the last whole word. */
  readonly #rest: readonly number[];

  /** A copy of `bytes` from `start` to `end`. */
  constructor(bytes: Uint8Array, start: number, end: number) {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const words: number[] = [];
    let at = start;
    for (; at + 4 <= end; at += 4) words.push(view.getInt32(at, true));
    this.length = end - start;
    this.#words = words;
    this.#rest = [...bytes.subarray(at, end)];
  }

  /** Whether they stand at `start` again, in a view of which the bytes before `end` count. */
  isAt(view: DataView, start: number, end: number): boolean {
    if (end - start < this.length) return false;
    const words = this.#words;
    for (let index = 0; index < words.length; index += 1)
      if (view.getInt32(start + index * 4, true) !== words[index]) return false;
    const at = start + words.length * 4;
    const rest = this.#rest;
    for (let index = 0; index < rest.length; index += 1)
      if (view.getUint8(at + index) !== rest[index]) return false;
    return true;
  }
}
