/** What became of the WebSockets. */
export interface WebSocketsReport {
  readonly open: number;
  readonly gone: number;
  /** That carry them all. */
  readonly connections: number;
  /** Idle ones that the server has never asked for a sign of life. */
  readonly neverPinged: number;
  /** Pings of the server, all answered. */
  readonly pings: number;
  /** How often each code was in a close frame of the server; `none` for connections that ended without one. */
  readonly closeCodes: Readonly<Record<string, number>>;
  /** WebSockets that came, spoke and left meanwhile. */
  readonly passed: number;
  /** The first few things that went wrong. */
  readonly failures: readonly string[];
}

/** The questions that the process of the WebSockets answers. */
export interface WebSocketsAnswers {
  /** How many are open, over both versions. */
  readonly open: number;
  /** Sends a ping and a message by so many of the idle ones: how many were answered both. */
  readonly check: number;
  /** From now on nobody comes or leaves. */
  readonly settle: boolean;
  readonly report: WebSocketsReport;
  /** The same once all are gone, at the latest after so many milliseconds. */
  readonly end: WebSocketsReport;
}
