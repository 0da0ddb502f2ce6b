import { type Failure, invalidData } from "./failure.ts";
import { CHARACTER, checkUtf8, INVALID } from "./utf8.ts";

/** A message that has not come whole: its payload so far, in one buffer that grows with what has come. */
export class MessageAssembly {
  readonly isText: boolean;
  readonly isCompressed: boolean;
  /** Frames that have begun. */
  frames: number;
  #bytes: Buffer;
  #length: number;
  /** Where the check of the text stands; -1 where the payload is no text yet. */
  #utf8: number;

  constructor(isText: boolean, isCompressed: boolean) {
    this.isText = isText;
    this.isCompressed = isCompressed;
    this.frames = 0;
    this.#bytes = empty;
    this.#length = 0;
    this.#utf8 = isText && !isCompressed ? CHARACTER : -1;
  }

  get length(): number {
    return this.#length;
  }

  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Whether the text ends where a character does; true for what is no text. */
  get isComplete(): boolean {
    return this.#utf8 <= CHARACTER;
  }

  /** Adds payload. Throws a {@link Failure} at the first piece that makes the text invalid (RFC 6455 §8.1). */
  add(piece: Uint8Array): void {
    if (piece.length === 0) return;
    if (this.#utf8 >= 0) {
      this.#utf8 = checkUtf8(this.#utf8, piece);
      if (this.#utf8 === INVALID) throw notUtf8();
    }
    const length = this.#length + piece.length;
    if (length > this.#bytes.length) this.#grow(length);
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  #grow(length: number): void {
    const bytes = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2));
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}

const empty = Buffer.alloc(0);

export function notUtf8(): Failure {
  return invalidData("The text is not UTF-8");
}
