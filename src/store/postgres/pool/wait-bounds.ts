/** Upper bounds of the buckets in which waits for a connection are counted, in milliseconds. */
export const waitBounds: readonly number[] = [0.1, 0.5, 1, 5, 10, 50, 100, 500, 1_000, 5_000];
