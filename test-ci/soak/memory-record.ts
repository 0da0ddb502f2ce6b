/** Memory of the server, in MiB, after garbage is collected. */
export interface MemorySample {
  readonly resident: number;
  /** JavaScript's heap, and what belongs to its values outside it. */
  readonly values: number;
}

/** What the samples of a run say. */
export interface MemoryTrend {
  readonly middle: MemorySample;
  readonly end: MemorySample;
}

/** The middle fifth of a run beside its last fifth: at the beginning compilers and buffers still grow. */
export function trendOf(samples: readonly MemorySample[]): MemoryTrend {
  const part = (from: number, to: number): MemorySample => {
    const chosen = samples.slice(Math.floor(samples.length * from), Math.ceil(samples.length * to));
    return {
      resident: middleOf(chosen.map(({ resident }) => resident)),
      values: middleOf(chosen.map(({ values }) => values)),
    };
  };
  return { middle: part(0.4, 0.6), end: part(0.8, 1) };
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
