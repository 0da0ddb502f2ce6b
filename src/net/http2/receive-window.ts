/** Flow control towards us (RFC 9113 §5.2), of a stream or of the connection. */
export class ReceiveWindow {
  readonly #size: number;
  /** Bytes that the peer may still send. */
  #left: number;
  /** Bytes that were used up and not announced yet. */
  #unannounced: number;

  /** `left`: what the peer may send at first, by its own knowledge. */
  constructor(size: number, left: number = size) {
    this.#size = size;
    this.#left = left;
    this.#unannounced = 0;
  }

  /** What a window that began smaller lacks, to be announced at once. */
  get missing(): number {
    return Math.max(0, this.#size - this.#left);
  }

  /** So many bytes have come; false if the peer was not allowed to send them. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  /** Nothing may be sent before something is used up. */
  get isUsedUp(): boolean {
    return this.#left <= 0;
  }

  /**
   * So many bytes were used up. Returns the increment to announce; 0 while it is not worth a frame. Where much is not used for
   * long, as by the slow streams of a connection, the rest may never be half of the window: it is announced as the peer needs it.
   */
  giveBack(bytes: number): number {
    this.#unannounced += bytes;
    if (this.#unannounced * 2 < this.#size && this.#unannounced < this.#left) return 0;
    return this.#announce();
  }

  /** To announce more than what is used up: up to the whole size. */
  fill(): number {
    this.#unannounced = Math.max(this.#unannounced, this.missing);
    return this.#announce();
  }

  #announce(): number {
    const increment = this.#unannounced;
    this.#unannounced = 0;
    this.#left += increment;
    return increment;
  }
}
