const bucketMs = 0.005;
/** Up to two seconds; longer ones count as two. */
const buckets = 400_000;

/** Counts latencies in buckets of five microseconds. */
export class LatencyHistogram {
  readonly #counts = new Uint32Array(buckets);
  #total = 0;

  add(milliseconds: number): void {
    const bucket = Math.min(buckets - 1, Math.max(0, Math.floor(milliseconds / bucketMs)));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total += 1;
  }

  /** Milliseconds that this part of all did not exceed. */
  quantile(part: number): number {
    const wanted = Math.ceil(this.#total * part);
    let seen = 0;
    for (const [bucket, count] of this.#counts.entries()) {
      seen += count;
      if (seen >= wanted) return (bucket + 1) * bucketMs;
    }
    return buckets * bucketMs;
  }
}
