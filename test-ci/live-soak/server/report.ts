/** What the server says of itself. */
export interface LiveServerReport {
  /** Since it began, in seconds. */
  readonly seconds: number;
  /** MiB of the process. */
  readonly resident: number;
  /** MiB of JavaScript's heap after garbage was collected, and of what belongs to its values outside it. */
  readonly values: number;
  /** Requests that came to an end. */
  readonly requests: number;
  readonly connections: number;
  readonly watches: number;
  readonly members: number;
  /** Watches and connections that were ended as too slow, and messages left out. */
  readonly tooSlow: number;
  readonly closedSlow: number;
  readonly missed: number;
}

/** The questions that the server answers. */
export interface LiveServerAnswers {
  readonly port: number;
  readonly report: LiveServerReport;
  /** Whether it has stopped. */
  readonly stop: boolean;
}
