import type { JsonValue } from "../../../../base/json.ts";
import type { KnownItem } from "./known-items.ts";

/** Bytes that items are written into, one behind the other. */
const blockSize = 64 * 1024;
/** Items that stand together in fewer bytes are copied: each piece costs something on its way to the socket. */
const shortest = 1024;
/** UTF-8 of one UTF-16 unit. */
const mostOfUnit = 3;

/** Writes items where they can stay: what was written is not touched again. */
export class ItemWriter {
  #block: Buffer = Buffer.alloc(0);
  #end = 0;

  write(value: JsonValue): KnownItem {
    const text = JSON.stringify(value);
    const start = this.#room(1 + text.length * mostOfUnit);
    this.#block[start] = comma;
    this.#end = start + 1 + this.#block.write(text, start + 1);
    return { value, bytes: this.#block, start, end: this.#end, index: 0 };
  }

  copy({ value, bytes, start, end }: KnownItem): KnownItem {
    const at = this.#room(end - start);
    this.#block.set(bytes.subarray(start, end), at);
    this.#end = at + end - start;
    return { value, bytes: this.#block, start: at, end: this.#end, index: 0 };
  }

  /** Where so many bytes can be written. */
  #room(length: number): number {
    if (this.#end + length > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(Math.max(blockSize, length));
      this.#end = 0;
    }
    return this.#end;
  }
}

/** Puts items together to pieces: those that stand one behind the other are one, as they were when they were written. */
export class ItemPieces {
  readonly #pieces: Uint8Array[] = [opening];
  #bytes: Uint8Array = opening;
  #start = 0;
  #end = 0;
  #block: Buffer = Buffer.alloc(0);
  #blockStart = 0;
  #blockEnd = 0;

  add({ bytes, start, end }: KnownItem): void {
    if (bytes !== this.#bytes || start !== this.#end) {
      this.#finishRun();
      this.#bytes = bytes;
      this.#start = this.#isEmpty ? start + 1 : start;
    }
    this.#end = end;
  }

  finish(): readonly Uint8Array[] {
    this.#finishRun();
    this.#finishBlock();
    return this.#pieces;
  }

  /** The first item has no comma before it. */
  get #isEmpty(): boolean {
    return this.#pieces.length === 1 && this.#blockEnd === this.#blockStart;
  }

  #finishRun(): void {
    const length = this.#end - this.#start;
    if (length === 0) return;
    if (length < shortest) this.#copy(length);
    else {
      this.#finishBlock();
      this.#pieces.push(this.#bytes.subarray(this.#start, this.#end));
    }
  }

  #copy(length: number): void {
    if (this.#blockEnd + length > this.#block.length) {
      this.#finishBlock();
      this.#block = Buffer.allocUnsafeSlow(blockSize);
      this.#blockStart = 0;
      this.#blockEnd = 0;
    }
    this.#block.set(this.#bytes.subarray(this.#start, this.#end), this.#blockEnd);
    this.#blockEnd += length;
  }

  #finishBlock(): void {
    if (this.#blockEnd === this.#blockStart) return;
    this.#pieces.push(this.#block.subarray(this.#blockStart, this.#blockEnd));
    this.#blockStart = this.#blockEnd;
  }
}

const comma = 0x2c;
const opening = Buffer.from("[");
