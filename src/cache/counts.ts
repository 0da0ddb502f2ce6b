/** What a cache counts. */
export class CacheCounts {
  hits = 0;
  misses = 0;
  sharedFlights = 0;
  evictions = 0;
  invalidations = 0;
  stale: number = 0;
}
