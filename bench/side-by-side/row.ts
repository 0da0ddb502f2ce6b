import type { Table } from "../report/table.ts";

/** One kind of work of a page: measured side by side, and held against what is asked for. */
export interface Row<Preparations> {
  /** On the command line. */
  readonly name: string;
  measure(options: RowOptions<Preparations>): Promise<RowResult>;
}

export interface RowOptions<Preparations> {
  readonly preparations: Preparations;
  readonly rounds: number;
  /** Of one round of one server. */
  readonly seconds: number;
}

export interface RowResult {
  readonly table: Table;
  readonly verdicts: readonly Verdict[];
}

/** fourfold beside one peer: ratios are medians of the ratios of each round, and null where they say nothing. */
export interface Verdict {
  readonly work: string;
  readonly against: string;
  readonly goal: string;
  /** Units a second, as a multiple of the peer's. */
  readonly throughput: number | null;
  /** Units per second of the server's processor time, as a multiple of the peer's. */
  readonly perCpuSecond: number | null;
  /** The same with the processor time of the database; absent where there is none. */
  readonly perCpuSecondOfBoth?: number;
  /** Time to an answer, as a part of the peer's. */
  readonly latency: number | null;
  /** Memory, as a part of the peer's. */
  readonly memory: number | null;
  readonly isReached: boolean;
}
