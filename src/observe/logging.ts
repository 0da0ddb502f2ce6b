import type { Log } from "./log.ts";
import type { LogLevel } from "./log-level.ts";
import type { RequestObserver } from "./request-record.ts";

/** The server's log and its output. */
export interface Logging {
  readonly log: Log;
  /** Writes `request_started` and `request_finished`; null at levels that leave these out. */
  readonly requests: RequestObserver | null;
  /** Writes out all lines so far before it returns, or gives up after a second where nobody reads. For the end of the process. */
  flushSync(): void;
  /** Lines dropped because nobody read the output. */
  dropped(): number;
}

/** How logs are written. */
export interface LoggingOptions {
  readonly level: LogLevel;
  /** Names of sensitive fields, beside those that always are. */
  readonly sensitive?: Iterable<string>;
  /** File descriptor or file name; standard output when absent. */
  readonly destination?: number | string;
}
