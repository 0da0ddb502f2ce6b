import type { Socket } from "node:net";

/** Slabs of one size go from connection to connection: one that is idle has none. */
const SLAB_BYTES = 64 * 1024;
const KEPT_SLABS = 4;
/** Up to so much is copied out of a slab for a socket that does not take it at once, so that it does not keep the slab. */
const COPIED_BYTES = 16 * 1024;

const slabs: Buffer[] = [];
const nothing = Buffer.alloc(0);

/**
 * The frames of one connection on their way to its socket. They are written in place: {@link reserve} finds the room,
 * `bytes` and `at` say where, and whoever writes moves `at`. All that is written in one tick leaves in one write.
 */
export class Output {
  bytes: Buffer;
  at: number;
  readonly #socket: Socket;
  readonly #highWaterMark: number;
  /** While input is worked through: the end of that flushes. */
  #gathering: boolean;
  #scheduled: boolean;
  /** The socket did not take the last write at once. */
  #slow: boolean;
  readonly #flushAfterJobs: () => void;

  constructor(socket: Socket, highWaterMark: number) {
    this.bytes = nothing;
    this.at = 0;
    this.#socket = socket;
    this.#highWaterMark = highWaterMark;
    this.#gathering = false;
    this.#scheduled = false;
    this.#slow = false;
    this.#flushAfterJobs = () => process.nextTick(flushScheduled, this);
  }

  /** Bytes that the system has not taken yet. */
  get waiting(): number {
    return this.at + this.#socket.writableLength;
  }

  /**
   * Even frames that do not wait for room pile up: nothing more should be read until the socket emits `drain`. Content alone
   * does not come so far, so that a peer which takes a long answer slowly is heard meanwhile.
   */
  get isFull(): boolean {
    return this.waiting >= this.#highWaterMark * 2;
  }

  /** Content may be written. It flushes first: where there is no room, the socket will emit `drain`. */
  hasRoom(): boolean {
    if (this.at + this.#socket.writableLength >= this.#highWaterMark) this.flush();
    return !this.#socket.writableNeedDrain;
  }

  /** Makes room for so many bytes at `at`. */
  reserve(length: number): void {
    if (this.bytes.length - this.at >= length) return;
    this.flush();
    this.bytes = length <= SLAB_BYTES ? takeSlab() : Buffer.allocUnsafeSlow(length);
    this.at = 0;
  }

  /** Content is copied. */
  write(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  gather(): void {
    this.#gathering = true;
  }

  /** With `isMoreExpected`, answers are on their way in jobs (promises) of this turn: the flush waits for them. */
  release(isMoreExpected: boolean): void {
    this.#gathering = false;
    if (this.at === 0) return;
    if (!isMoreExpected) this.flush();
    else if (!this.#scheduled) {
      this.#scheduled = true;
      queueMicrotask(this.#flushAfterJobs);
    }
  }

  /** Flushes after the present turn, so that what is written one after the other leaves together. */
  flushSoon(): void {
    if (this.#gathering || this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(flushScheduled, this);
  }

  static flushScheduled(output: Output): void {
    output.#scheduled = false;
    output.flush();
  }

  flush(): void {
    const { at, bytes } = this;
    if (at === 0) return;
    const socket = this.#socket;
    if (!socket.writable) this.discard();
    else if (this.#slow && at <= COPIED_BYTES) {
      this.discard();
      socket.write(Buffer.from(bytes.subarray(0, at)));
      this.#slow = socket.writableLength > 0;
    } else {
      this.bytes = nothing;
      this.at = 0;
      socket.write(bytes.subarray(0, at));
      this.#slow = socket.writableLength > 0;
      if (!this.#slow) giveSlab(bytes);
    }
  }

  /** What is written here is of no use any more. */
  discard(): void {
    giveSlab(this.bytes);
    this.bytes = nothing;
    this.at = 0;
  }
}

const { flushScheduled } = Output;

function takeSlab(): Buffer {
  return slabs.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
}

/** Only what no socket holds any more. */
function giveSlab(slab: Buffer): void {
  if (slab.length === SLAB_BYTES && slabs.length < KEPT_SLABS) slabs.push(slab);
}
