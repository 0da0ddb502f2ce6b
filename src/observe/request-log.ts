import { isoTime } from "./iso-time.ts";
import type { RequestObserver, RequestRecord } from "./request-record.ts";

/** Takes a line of the log, its line feed included. */
export interface LineSink {
  write(line: string): void;
}

/**
 * Writes the two lines of each request. They are put together as text and go to the same output as pino's: measured,
 * that takes a quarter of the time of pino's general serializer, and there are two lines for every request.
 */
export class RequestLog implements RequestObserver {
  readonly #output: LineSink;
  /** How each line begins, up to the time. */
  readonly #head: string;

  /** `pid` stands in each line; null where only one process writes. */
  constructor(output: LineSink, pid: number | null) {
    this.#output = output;
    this.#head = `{"level":"info",${pid === null ? "" : `"pid":${pid},`}"timestamp":"`;
  }

  started(record: RequestRecord): void {
    record.logMembers = identity(record);
    this.#output.write(`${this.#head}${isoTime()}","event":"request_started"${record.logMembers}}\n`);
  }

  finished(record: RequestRecord): void {
    const { series, statusCode, errorCode, caller, logMembers } = record;
    const duration = milliseconds(performance.now() - record.startedAt);
    let line = `${this.#head}${isoTime()}","event":"request_finished"${logMembers},"status_code":${statusCode},"duration_ms":${duration}`;
    if (series !== null) line += series.logMembers;
    if (caller !== null) line += `,"caller":${quoted(caller)}`;
    if (errorCode !== null) line += `,"error_code":${quoted(errorCode)}`;
    this.#output.write(`${line}}\n`);
  }
}

function identity(record: RequestRecord): string {
  const { protocol } = record;
  const { method, path, requestId, trace } = record.request;
  const members = `,"request_id":${quoted(requestId)},"protocol":"${protocol}","method":${quoted(method)},"path":${quotedPath(path)}`;
  if (trace === null) return members;
  return `${members},"trace_id":"${trace.traceId}","span_id":"${trace.spanId}"`;
}

let lastPath = "";
let lastQuotedPath = '""';

/** The same path often comes again: of RPCs there are few. */
function quotedPath(path: string): string {
  if (path !== lastPath) {
    lastQuotedPath = quoted(path);
    lastPath = path;
  }
  return lastQuotedPath;
}

/** With three decimals. Put together from whole numbers: printing a fraction takes V8 several times as long. */
function milliseconds(duration: number): string {
  const microseconds = Math.round(duration * 1_000);
  const whole = Math.floor(microseconds / 1_000);
  return `${whole}.${String(microseconds - whole * 1_000).padStart(3, "0")}`;
}

const plain = /^[\w !#-[\]^`{-~]*$/;

/** As JSON states text; what needs no escape, nearly everything here, is only put in quotes. */
function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}
