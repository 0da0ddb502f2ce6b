import type { Connection } from "./connection.ts";

/** Milliseconds for which a process writes on while others wait. */
const turnMs = 10;

/** Milliseconds between two tries of a process that waits for the lock, at most. */
export const longestPause = 4;

/** Milliseconds in which each process that waits tries once at least. */
export const gapMs: number = longestPause + 1;

/**
 * Whose turn it is to write, among processes that share a file. SQLite's lock has no queue: whoever tries while it is free
 * has it, and one that writes again at once would keep the others out for seconds. So where others write too, each lets
 * the lock be for a moment every few commits. Measured with 8 processes and commits of 10 ms: without it some write fails
 * after 5 s of waiting; with it the longest wait is 1.7 s, at 88 % of the commits.
 */
export class Turns {
  readonly #connection: Connection;
  /** Changes when another connection has committed (https://www.sqlite.org/pragma.html#pragma_data_version). */
  #version: unknown;
  #began: number;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#version = null;
    this.#began = 0;
  }

  /** Called after each commit. Whether the others shall have the lock now. */
  isOver(): boolean {
    const now = performance.now();
    if (now - this.#began < turnMs) return false;
    this.#began = now;
    const before = this.#version;
    this.#version = this.#connection.get("pragma data_version", [])?.["data_version"];
    return before !== null && before !== this.#version;
  }
}
