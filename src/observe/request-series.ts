/** What a series of requests has in common. All values are known at start: nothing a client sends becomes a label. */
export interface SeriesLabels {
  /** `rest`, `graphql`, `grpc`, `websocket`. */
  readonly protocol: string;
  /** The operation's id, such as `users.get`. */
  readonly operation: string;
  readonly version: string;
}

/** A path that comes again and again, with its method, and what the two lines of the log say from there on. */
export interface LoggedPath {
  readonly method: string;
  readonly path: string;
  /** To the end of the line. */
  readonly started: Uint8Array;
  /** Up to the status. */
  readonly finished: Uint8Array;
}

/** Upper bounds of the histogram's buckets, in milliseconds. */
export const bucketBounds: readonly number[] = [
  0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
];

/** How often requests ended in one way. */
export class Outcome {
  readonly status: number;
  /** The error's code; empty for success. */
  readonly code: string;
  count: number;

  constructor(status: number, code: string) {
    this.status = status;
    this.code = code;
    this.count = 0;
  }
}

/**
 * Counters of one operation on one protocol in one version, made when it is mounted. Plain numbers, added to at each
 * request; turned into metrics only when someone reads those.
 */
export class RequestSeries {
  readonly labels: SeriesLabels;
  /** The labels as members of a JSON object, for the log line. */
  readonly logMembers: Uint8Array;
  /** The request log's own: where requests of an RPC go; null for none so far. */
  logged: LoggedPath | null;
  readonly outcomes: Outcome[];
  /** Requests by bucket (not cumulative); the last is for those over every bound. */
  readonly buckets: number[];
  /** Milliseconds of all requests together. */
  totalMs: number;

  constructor(labels: SeriesLabels) {
    this.labels = labels;
    const { operation, version } = labels;
    this.logMembers = Buffer.from(
      `,"operation":${JSON.stringify(operation)},"version":${JSON.stringify(version)}`,
    );
    this.logged = null;
    this.outcomes = [];
    this.buckets = new Array<number>(bucketBounds.length + 1).fill(0);
    this.totalMs = 0;
  }

  /** Counts a request. `code` is one of a bounded set, empty for success. */
  add(status: number, code: string, durationMs: number): void {
    this.#outcome(status, code).count++;
    const bucket = bucketOf(durationMs);
    this.buckets[bucket] = (this.buckets[bucket] ?? 0) + 1;
    this.totalMs += durationMs;
  }

  // Few, the most common first as a rule: a scan is faster than a map.
  #outcome(status: number, code: string): Outcome {
    for (const outcome of this.outcomes) {
      if (outcome.status === status && outcome.code === code) return outcome;
    }
    const added = new Outcome(status, code);
    this.outcomes.push(added);
    return added;
  }
}

function bucketOf(durationMs: number): number {
  let bucket = 0;
  while (bucket < bucketBounds.length && durationMs > (bucketBounds[bucket] ?? 0)) bucket++;
  return bucket;
}
