import { type Logger, pino } from "pino";
import { isoTime } from "./iso-time.ts";
import type { Log, LogFields } from "./log.ts";
import type { LogLevel } from "./log-level.ts";
import type { Redactor } from "./redact.ts";
import type { LineSink } from "./request-log.ts";

/** How a {@link PinoLog} writes. */
export interface PinoLogOptions {
  readonly level: LogLevel;
  readonly redactor: Redactor;
  readonly output: Pick<LineSink, "write">;
  /** Stands in each line; null where only one process writes. */
  readonly pid: number | null;
}

/** A log on pino. */
export function createPinoLog({ level, redactor, output, pid }: PinoLogOptions): Log {
  const logger = pino(
    {
      level,
      messageKey: "event",
      base: pid === null ? null : { pid },
      timestamp: () => `,"timestamp":"${isoTime()}"`,
      formatters: { level: (label) => ({ level: label }) },
      // The redactor takes errors apart, at any depth.
      serializers: { err: (value: unknown) => value },
    },
    output,
  );
  return new PinoLog(
    logger,
    redactor,
    new Set(["level", "timestamp", "event", ...(pid === null ? [] : ["pid"])]),
  );
}

/** Names that a line has already: a field of such a name gets a `_` before it, for JSON members must be unique. */
type TakenNames = ReadonlySet<string>;

class PinoLog implements Log {
  readonly #logger: Logger;
  readonly #redactor: Redactor;
  readonly #taken: TakenNames;

  constructor(logger: Logger, redactor: Redactor, taken: TakenNames) {
    this.#logger = logger;
    this.#redactor = redactor;
    this.#taken = taken;
  }

  debug(event: string, fields?: LogFields): void {
    this.#write("debug", event, fields);
  }

  info(event: string, fields?: LogFields): void {
    this.#write("info", event, fields);
  }

  warn(event: string, fields?: LogFields): void {
    this.#write("warn", event, fields);
  }

  error(event: string, fields?: LogFields): void {
    this.#write("error", event, fields);
  }

  child(fields: LogFields): Log {
    const added = this.#prepare(fields);
    return new PinoLog(
      this.#logger.child(added),
      this.#redactor,
      new Set([...this.#taken, ...Object.keys(added)]),
    );
  }

  #write(level: "debug" | "info" | "warn" | "error", event: string, fields: LogFields | undefined): void {
    if (!this.#logger.isLevelEnabled(level)) return;
    this.#logger[level](fields === undefined ? {} : this.#prepare(fields), event);
  }

  #prepare(fields: LogFields): Record<string, unknown> {
    const prepared = this.#redactor.fields(fields);
    for (const name of Object.keys(prepared)) {
      if (!this.#taken.has(name)) continue;
      prepared[`_${name}`] = prepared[name];
      delete prepared[name];
    }
    return prepared;
  }
}
