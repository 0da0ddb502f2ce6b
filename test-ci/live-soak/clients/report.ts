import type { Tally } from "./tally.ts";

/** What the clients saw. */
export type ClientsReport = Omit<Tally, "fail">;

/** The questions that the process of the clients answers. */
export interface ClientsAnswers {
  readonly report: ClientsReport;
  /** Everyone comes back, stays and reads from now on. */
  readonly settle: boolean;
  /** How many are behind what was written; at the latest after so many milliseconds. */
  readonly behind: readonly string[];
}
