/** What became of a slow reader. */
export interface SlowReport {
  readonly httpVersion: "1.1" | "2";
  readonly received: number;
  /** All of it was as it was written. */
  readonly isGood: boolean;
  /** How the answer, which has no end, came to one. */
  readonly end: "none" | "broken off" | "whole";
}

/** The questions that the process of the slow readers answers. */
export interface SlowAnswers {
  readonly report: readonly SlowReport[];
  /** Reads what is left: the same once nothing is, at the latest after so many milliseconds. */
  readonly end: readonly SlowReport[];
}
