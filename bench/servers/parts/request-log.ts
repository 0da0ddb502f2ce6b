import { pino } from "pino";
import { settings } from "./settings.ts";

/** Two lines for each request, with what fourfold's lines say. */
export interface RequestLog {
  /** Gives what `finished` must be told. */
  started(method: string, path: string): LoggedRequest;
  finished(request: LoggedRequest, statusCode: number): void;
}

export interface LoggedRequest {
  readonly request_id: string;
  readonly method: string;
  readonly path: string;
  readonly startedAt: number;
}

/** pino's fastest way to write: in batches of 4 KiB and more, not waiting for the disk. */
export function openOutput(): ReturnType<typeof pino.destination> {
  return pino.destination({ dest: 1, sync: false, minLength: 4096 });
}

/** Null where requests are not logged. */
export function openRequestLog(): RequestLog | null {
  if (!settings.logs) return null;
  const logger = pino({ base: null }, openOutput());
  let count = 0;
  return {
    started: (method, path) => {
      count += 1;
      const request = { request_id: `req-${count.toString(36)}`, method, path, startedAt: performance.now() };
      logger.info({ request_id: request.request_id, method, path }, "request_started");
      return request;
    },
    finished: ({ request_id, method, path, startedAt }, status_code) => {
      const duration_ms = performance.now() - startedAt;
      logger.info({ request_id, method, path, status_code, duration_ms }, "request_finished");
    },
  };
}
