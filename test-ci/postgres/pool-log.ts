import type { PoolLog } from "../../src/store/postgres/pool/pool-log.ts";

/** A log that keeps its lines, as `event {fields}`. */
export class KeptLog implements PoolLog {
  readonly lines: string[] = [];

  info(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.lines.push(`${event} ${JSON.stringify(fields)}`);
  }

  warn(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.info(event, fields);
  }
}
