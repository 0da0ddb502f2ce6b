/** What a line says beside its event. Names of sensitive fields are redacted at any depth. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * Writes lines to the log: one JSON object each, with `event`, `timestamp` and `level`. An error goes under `err`.
 * Everyone logs through this; hot code that logs nothing has `null` instead.
 */
export interface Log {
  debug(event: string, fields?: LogFields): void;
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
  /** A log whose lines have these fields too. */
  child(fields: LogFields): Log;
}

/** The log that is switched off. */
export const silentLog: Log = Object.freeze({
  debug: noop,
  info: noop,
  warn: noop,
  error: noop,
  child: () => silentLog,
});

function noop(): void {}
