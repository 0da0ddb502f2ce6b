/** The middle one; of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length % 2 === 1) return sorted[Math.floor(middle)] ?? Number.NaN;
  return ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2;
}

/** The median of the ratios of each round: what disturbed one of a pair has most likely disturbed the other. */
export function medianRatio<Round>(
  ours: readonly Round[],
  theirs: readonly Round[],
  figure: (round: Round) => number,
): number {
  const ratios = ours.map((round, index) => {
    const peer = theirs[index];
    return peer === undefined ? Number.NaN : figure(round) / figure(peer);
  });
  return median(ratios);
}
