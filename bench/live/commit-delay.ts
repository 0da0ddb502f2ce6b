import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { serverCore } from "../machine/server-process.ts";
import { median } from "../report/statistics.ts";
import { milliseconds, type Table } from "../report/table.ts";
import type { Row, RowOptions, RowResult } from "../side-by-side/row.ts";
import { asNpmStart } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

const run = promisify(execFile);
const script = join(import.meta.dirname, "../../scripts/watch-latency.ts");
const changesASecond = 500;
/** Milliseconds. */
const most = { p50: 5, p99: 25 };
const title = `From a commit to those who watch, ${changesASecond} durable changes a second`;

/** What the script writes. */
interface Told {
  readonly here: Quantiles;
  readonly elsewhere: Quantiles;
}

interface Quantiles {
  readonly p50: number;
  readonly p99: number;
}

/** Nobody to compare with: the line is one of milliseconds. */
export const commitDelay: Row<Preparations> = { name: "commit-delay", measure };

async function measure({ rounds, seconds }: RowOptions<Preparations>): Promise<RowResult> {
  const told: Told[] = [];
  for (let round = 0; round < rounds; round++) {
    const { stdout } = await run("taskset", [
      ...["--cpu-list", serverCore, process.execPath, ...asNpmStart, script],
      ...["--json", String(changesASecond), String(seconds)],
    ]);
    told.push(JSON.parse(stdout) as Told);
  }
  const middle = (of: (each: Told) => number): number => median(told.map(of));
  const [p50, p99] = [middle(({ here }) => here.p50), middle(({ here }) => here.p99)];
  const verdict = (work: string, found: number, limit: number): RowResult["verdicts"][number] => ({
    work: `From a commit to a watch in the same process: ${work}`,
    against: `${milliseconds(found)} ms`,
    goal: `less than ${limit} ms`,
    throughput: null,
    perCpuSecond: null,
    latency: null,
    memory: null,
    isReached: found < limit,
  });
  const rows = [
    ["in the same process", p50, p99],
    [
      "in another process, by server-sent events",
      middle(({ elsewhere }) => elsewhere.p50),
      middle(({ elsewhere }) => elsewhere.p99),
    ],
  ] as const;
  const table: Table = {
    title,
    columns: ["who watches", "p50 ms", "p99 ms"],
    rows: rows.map(([who, ...found]) => [who, ...found.map(milliseconds)]),
  };
  return { table, verdicts: [verdict("median", p50, most.p50), verdict("99 %", p99, most.p99)] };
}
