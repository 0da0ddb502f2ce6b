/** What the writers did. */
export interface WritersReport {
  readonly changes: number;
  readonly messages: number;
  readonly failures: readonly string[];
}

/** The questions that the process of the writers answers. */
export interface WritersAnswers {
  readonly report: WritersReport;
  /** Writes one last message into each room, for whoever came late, and then nothing more. */
  readonly stop: boolean;
}
