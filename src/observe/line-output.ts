import { write, writeSync } from "node:fs";

/** Milliseconds that a line waits for company at most. */
const longestWait = 50;
/** Characters that are written without waiting: what a pipe on Linux holds at once. */
const enough = 64 * 1024;
/** Characters kept while nobody reads; further lines are dropped, for memory must not grow without end. */
const mostPending = 16 * 1024 * 1024;
/** Milliseconds until a full pipe is tried again. */
const retryAfter = 10;
/** Milliseconds that the end of the process waits for a reader. */
const lastPatience = 1_000;

/**
 * Writes lines to a file descriptor in batches, off the caller's path. Measured against sonic-boom: a line costs a
 * concatenation here and two or three passes over the batch there; and `flushSync` there never ends once the reader is gone.
 */
export class LineOutput {
  readonly #fd: number;
  #pending: string;
  /** What is left of the batch that is being written; null when none is. */
  #batch: Uint8Array | null;
  #timer: NodeJS.Timeout | null;
  #broken: boolean;
  #dropped: number;

  constructor(fd: number) {
    this.#fd = fd;
    this.#pending = "";
    this.#batch = null;
    this.#timer = null;
    this.#broken = false;
    this.#dropped = 0;
  }

  /** Lines dropped because nobody read, or the reader is gone. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line, its line feed included. */
  write(line: string): void {
    if (this.#broken || this.#pending.length > mostPending) {
      this.#dropped++;
      return;
    }
    this.#pending += line;
    if (this.#batch !== null) return;
    if (this.#pending.length >= enough) this.#next();
    // The timer keeps the process alive until the lines are out.
    else this.#timer ??= setTimeout(() => this.#next(), longestWait);
  }

  /** Writes everything out before it returns. Gives up after a second in which nobody reads. */
  flushSync(): void {
    this.#stopTimer();
    // A batch on its way to the thread pool cannot be called back; it has been written in far less than this.
    if (this.#batch !== null) pause(retryAfter);
    let rest: Uint8Array = Buffer.from(this.#pending);
    this.#pending = "";
    const end = performance.now() + lastPatience;
    while (rest.length > 0 && !this.#broken && performance.now() < end) rest = this.#writePart(rest);
  }

  #writePart(rest: Uint8Array): Uint8Array {
    try {
      return rest.subarray(writeSync(this.#fd, rest));
    } catch (thrown) {
      if (isFull(thrown)) pause(retryAfter);
      else this.#broken = true;
      return rest;
    }
  }

  #next(): void {
    this.#stopTimer();
    if (this.#pending === "") return;
    const batch = Buffer.from(this.#pending);
    this.#pending = "";
    this.#send(batch);
  }

  #send(batch: Uint8Array): void {
    this.#batch = batch;
    write(this.#fd, batch, (error, written) => {
      if (error !== null) this.#failed(error, batch);
      else if (written < batch.length) this.#send(batch.subarray(written));
      else this.#sent();
    });
  }

  #sent(): void {
    this.#batch = null;
    if (this.#pending.length >= enough) this.#next();
    else if (this.#pending !== "") this.#timer ??= setTimeout(() => this.#next(), longestWait);
  }

  #failed(error: Error, batch: Uint8Array): void {
    if (isFull(error)) {
      setTimeout(() => this.#send(batch), retryAfter);
      return;
    }
    // EPIPE and the like: a server must outlive the reader of its log.
    this.#broken = true;
    this.#batch = null;
    this.#pending = "";
  }

  #stopTimer(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && (thrown.code === "EAGAIN" || thrown.code === "EBUSY");
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
