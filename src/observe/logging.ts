import { LineOutput } from "./line-output.ts";
import { type Log, silentLog } from "./log.ts";
import type { LogLevel } from "./log-level.ts";
import { createPinoLog } from "./pino-log.ts";
import { createRedactor } from "./redact.ts";
import { RequestLog } from "./request-log.ts";
import type { RequestObserver } from "./request-record.ts";

/** The server's log and its output. Made by `server`, which closes it as its last deed. */
export interface Logging {
  readonly log: Log;
  /** Writes `request_started` and `request_finished`; null at levels that leave these out. */
  readonly requests: RequestObserver | null;
  /** Lines dropped because nobody read the output. */
  dropped(): number;
  /** Writes out all lines so far before it returns; gives up after a second in which nobody reads. */
  flush(): void;
  /** Flushes, and ends the log: lines that come later are dropped. */
  close(): void;
}

/** How logs are written. */
export interface LoggingOptions {
  readonly level: LogLevel;
  /** Names of sensitive fields, beside those that always are. */
  readonly sensitive?: Iterable<string>;
  /** File descriptor; standard output where absent. */
  readonly destination?: number;
  /** Other processes write to the same destination: lines say which process they are of, and are never torn apart. */
  readonly shared?: boolean;
}

/**
 * Starts logging. Lines are written in batches, 50 ms after the call at the latest, and at the end of the process whether
 * it ends by itself, by `process.exit` or by an uncaught error. A signal that nobody handles loses the last batch.
 */
export function createLogging(options: LoggingOptions): Logging {
  if (options.level === "silent") return silent;
  const shared = options.shared === true;
  const output = new LineOutput(options.destination ?? 1, shared);
  const pid = shared ? process.pid : null;
  const flush = (): void => output.flushSync();
  process.on("exit", flush);
  const log = createPinoLog({
    level: options.level,
    redactor: createRedactor(options.sensitive),
    output,
    pid,
  });
  return {
    log,
    requests: options.level === "debug" || options.level === "info" ? new RequestLog(output, pid) : null,
    dropped: () => output.dropped,
    flush,
    close: () => {
      output.close();
      process.off("exit", flush);
    },
  };
}

const silent: Logging = Object.freeze({
  log: silentLog,
  requests: null,
  dropped: () => 0,
  flush: noop,
  close: noop,
});

function noop(): void {}
