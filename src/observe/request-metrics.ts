import type { RequestObserver, RequestRecord } from "./request-record.ts";
import { RequestSeries, type SeriesLabels } from "./request-series.ts";

/** Stands for a code that was not known at start: what clients or handlers make up must not become labels. */
const otherCode = "OTHER";
/** Stands for the operation of a request that reached none. */
const noOperation = "none";

/** Requests of one protocol that have started and not finished. */
export interface InFlight {
  readonly protocol: string;
  count: number;
}

/** Counts requests, in plain numbers. */
export class RequestMetrics implements RequestObserver {
  readonly #codes: ReadonlySet<string>;
  readonly #series: Map<string, RequestSeries>;
  /** A few, one a protocol: a scan is faster than a map. */
  readonly inFlight: InFlight[];

  constructor(codes: Iterable<string>) {
    this.#codes = new Set(codes);
    this.#series = new Map();
    this.inFlight = [];
  }

  /** All series so far. */
  all(): Iterable<RequestSeries> {
    return this.#series.values();
  }

  /** The series with these labels, made at the first asking. */
  series(labels: SeriesLabels): RequestSeries {
    const key = `${labels.protocol} ${labels.version} ${labels.operation}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const added = new RequestSeries(labels);
    this.#series.set(key, added);
    return added;
  }

  started(record: RequestRecord): void {
    this.#inFlightBy(record.protocol).count += 1;
  }

  finished(record: RequestRecord): void {
    this.#inFlightBy(record.protocol).count -= 1;
    const series = record.series ?? this.#unrouted(record.protocol);
    series.add(record.statusCode, this.#code(record.errorCode), record.durationMs);
  }

  #inFlightBy(protocol: string): InFlight {
    for (const each of this.inFlight) if (each.protocol === protocol) return each;
    const added: InFlight = { protocol, count: 0 };
    this.inFlight.push(added);
    return added;
  }

  #code(code: string | null): string {
    if (code === null) return "";
    return this.#codes.has(code) ? code : otherCode;
  }

  #unrouted(protocol: string): RequestSeries {
    return this.series({ protocol, operation: noOperation, version: "" });
  }
}
