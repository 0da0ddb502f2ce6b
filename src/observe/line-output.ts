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

const nothing = new Uint8Array(0);

/**
 * Writes lines to a file descriptor in batches, off the caller's path. Measured against sonic-boom: a line costs a
 * concatenation here and two or three passes over the batch there; and `flushSync` there never ends once the reader is gone.
 */
export class LineOutput {
  readonly #fd: number;
  #pending: string;
  /** True while a batch is on its way: with the thread pool, or waiting for room in the pipe. */
  #busy: boolean;
  /** The rest of a batch that found the pipe full. */
  #refused: Uint8Array;
  #timer: NodeJS.Timeout | null;
  #broken: boolean;
  #dropped: number;

  constructor(fd: number) {
    this.#fd = fd;
    this.#pending = "";
    this.#busy = false;
    this.#refused = nothing;
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
    if (!this.#busy) this.#schedule();
  }

  /** Writes everything out before it returns. Gives up after a second in which nobody reads. */
  flushSync(): void {
    this.#stopTimer();
    // A batch with the thread pool cannot be called back; it is written in far less time than this.
    if (this.#busy && this.#refused.length === 0) pause(retryAfter);
    let rest: Uint8Array = Buffer.concat([this.#refused, Buffer.from(this.#pending)]);
    this.#refused = nothing;
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

  #schedule(): void {
    if (this.#pending.length >= enough) this.#next();
    // The timer keeps the process alive until the lines are out.
    else if (this.#pending !== "") this.#timer ??= setTimeout(() => this.#next(), longestWait);
  }

  #next(): void {
    this.#stopTimer();
    const batch = Buffer.from(this.#pending);
    this.#pending = "";
    this.#send(batch);
  }

  #send(batch: Uint8Array): void {
    this.#busy = true;
    write(this.#fd, batch, (error, written) => {
      if (error !== null) this.#failed(error, batch);
      else if (written < batch.length) this.#send(batch.subarray(written));
      else this.#idle();
    });
  }

  #idle(): void {
    this.#busy = false;
    this.#schedule();
  }

  #failed(error: Error, batch: Uint8Array): void {
    if (isFull(error)) {
      this.#refused = batch;
      setTimeout(() => this.#retry(), retryAfter);
      return;
    }
    // EPIPE and the like: a server must outlive the reader of its log.
    this.#broken = true;
    this.#pending = "";
  }

  #retry(): void {
    const batch = this.#refused;
    this.#refused = nothing;
    if (batch.length > 0) this.#send(batch);
    else this.#idle();
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
