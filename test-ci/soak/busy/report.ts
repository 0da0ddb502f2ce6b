/** What became of the requests of one kind. */
export interface TrialReport {
  readonly sent: number;
  /** Answered, and just as it had to be. */
  readonly answered: number;
  /** Broken off by the client itself, in the middle. */
  readonly cut: number;
  /** Not begun by a server that was about to go (RFC 9113 §8.7). */
  readonly refused: number;
  /** Under way when the client cut the whole connection. */
  readonly abandoned: number;
}

/** What became of the busy connections. */
export interface BusyReport {
  /** By path. */
  readonly trials: Readonly<Record<string, TrialReport>>;
  readonly open: number;
  /** Connections that the client has closed, or cut, and opened again. */
  readonly reopened: number;
  /** How many of those that the server ended got how many GOAWAY. */
  readonly goAways: Readonly<Record<string, number>>;
  /** The first few things that went wrong. */
  readonly failures: readonly string[];
}

/** The questions that the process of the busy connections answers. */
export interface BusyAnswers {
  /** From now on no connection is closed by the client, and on each is a request that only the second GOAWAY brings to its end. */
  readonly hold: boolean;
  readonly report: BusyReport;
  /** The same once all are gone, at the latest after so many milliseconds. */
  readonly end: BusyReport;
}
