import { closeSync, writeSync } from "node:fs";
import { LineBuffer } from "./line-buffer.ts";
import { openWithoutWaiting } from "./open-output.ts";

/** Milliseconds that a line waits for company at most. */
const longestWait = 50;
/** Bytes that are written without waiting: half of what a pipe on Linux holds. */
const enough = 32 * 1024;
/** Bytes kept while nobody reads; further lines are dropped, for memory must not grow without end. */
const mostPending = 16 * 1024 * 1024;
/** Milliseconds until a full pipe is tried again: while its reader goes on, and while it stands still. */
const soon = 1;
const later = 10;
/** Milliseconds that the end of the process waits for a reader that stands still. */
const lastPatience = 1_000;

/**
 * Bytes that a pipe takes as a whole or not at all (PIPE_BUF of Linux; POSIX asks for 512 at least): written by several
 * processes, more than that may have another's lines in the middle.
 */
const wholeBytes = 4096;
const lineFeed = 10;

/** Bytes of UTF-8 that a character takes at most. */
const bytesACharacter = 3;

/**
 * Writes lines to a file descriptor in batches, in order, and never waits for the reader of a pipe or a terminal. Measured
 * against sonic-boom: there several passes are made over the batch; its writes by the thread pool may be half done when the
 * process ends; and its `flushSync` never returns once the reader is gone.
 */
export class LineOutput {
  readonly #fd: number;
  readonly #opened: boolean;
  readonly #isShared: boolean;
  readonly #lines: LineBuffer;
  /** The reader had no room for all of the last batch. */
  #isFull: boolean;
  #timer: NodeJS.Timeout | null;
  #broken: boolean;
  #closed: boolean;
  #dropped: number;

  /** `isShared`: other processes write lines to the same pipe. */
  constructor(fd: number, isShared: boolean) {
    this.#fd = openWithoutWaiting(fd);
    this.#opened = this.#fd !== fd;
    this.#isShared = isShared;
    this.#lines = new LineBuffer();
    this.#isFull = false;
    this.#timer = null;
    this.#broken = false;
    this.#closed = false;
    this.#dropped = 0;
  }

  /** Lines dropped because nobody read, or the reader is gone. */
  get dropped(): number {
    return this.#dropped;
  }

  /** Takes a line, its line feed included. */
  write(line: string): void {
    const lines = this.begin(line.length * bytesACharacter);
    if (lines === null) return;
    lines.addText(line);
    this.end();
  }

  /** Where a line of at most so many bytes is put together at once, and then told to {@link end}; null where it would be dropped. */
  begin(length: number): LineBuffer | null {
    if (this.#broken || this.#lines.size > mostPending) {
      this.#dropped++;
      return null;
    }
    this.#lines.reserve(length);
    return this.#lines;
  }

  /** The line is whole. */
  end(): void {
    if (!this.#isFull && this.#lines.size >= enough) this.#next();
    else this.#wait(longestWait);
  }

  /** Writes everything out before it returns. Gives up after a second in which nobody reads. */
  flushSync(): void {
    let progress = performance.now();
    while (this.#lines.size > 0) {
      if (this.#writePart() > 0) progress = performance.now();
      else if (performance.now() - progress > lastPatience) return;
      else pause(later);
    }
    this.#stopTimer();
  }

  /** Writes everything out; lines that come later are dropped. The descriptor that it was given stays open. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.flushSync();
    this.#breakOff();
    if (this.#opened) closeSync(this.#fd);
  }

  #next(): void {
    this.#stopTimer();
    const written = this.#writePart();
    if (this.#lines.size > 0) this.#wait(written > 0 ? soon : later);
  }

  /** Writes as much as there is room for; returns the count of bytes. */
  #writePart(): number {
    const before = this.#lines.size;
    try {
      do {
        this.#lines.take((bytes) => writeSync(this.#fd, this.#isShared ? wholeLines(bytes) : bytes));
      } while (this.#isShared && this.#lines.size > 0);
    } catch (thrown) {
      if (!isFull(thrown)) this.#breakOff();
    }
    this.#isFull = this.#lines.size > 0;
    return before - this.#lines.size;
  }

  // EPIPE and the like: a server must outlive the reader of its log.
  #breakOff(): void {
    this.#stopTimer();
    this.#broken = true;
    this.#lines.clear();
  }

  // The timer keeps the process alive until the lines are out.
  #wait(ms: number): void {
    this.#timer ??= setTimeout(() => this.#next(), ms);
  }

  #stopTimer(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
  }
}

/** As many lines as a pipe takes as a whole; a longer line alone, for which nothing can be done. */
function wholeLines(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= wholeBytes) return bytes;
  const end = bytes.lastIndexOf(lineFeed, wholeBytes - 1);
  return bytes.subarray(0, (end === -1 ? bytes.indexOf(lineFeed) : end) + 1 || bytes.length);
}

function isFull(thrown: unknown): boolean {
  return thrown instanceof Error && "code" in thrown && (thrown.code === "EAGAIN" || thrown.code === "EBUSY");
}

function pause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
