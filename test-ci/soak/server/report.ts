/** What the server says of itself. */
export interface ServerReport {
  /** Since it began, in seconds. */
  readonly seconds: number;
  /** MiB of the process. */
  readonly resident: number;
  /** MiB of JavaScript's heap after garbage was collected, and of what belongs to its values outside it. */
  readonly values: number;
  /** Open now. */
  readonly connections: number;
  readonly accepted: number;
  readonly requests: number;
  /** Requests that reached the handler, by path. */
  readonly begun: Readonly<Record<string, number>>;
  /** What net refused or broke off, by the code of the error. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Answers without an end which the peer, or the end of the server, has broken off. */
  readonly endlessEnded: number;
}

/** The questions that the server answers. */
export interface ServerAnswers {
  readonly port: number;
  readonly report: ServerReport;
  /** Milliseconds that it took. */
  readonly drain: number;
  /** Afterwards the process must end by itself. */
  readonly leave: boolean;
}
