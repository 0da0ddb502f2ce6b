import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeMachine, packageVersion } from "../machine/describe.ts";
import { becomeOnlyRun } from "../machine/only-run.ts";
import { renderPage } from "../report/page.ts";
import { ratio, type Table, toMarkdown } from "../report/table.ts";
import { notes } from "./notes.ts";
import { Preparations } from "./preparations.ts";
import type { Row, RowResult, Verdict } from "./row.ts";
import { rows } from "./rows.ts";
import { toolVersions } from "./tools.ts";

/** What to measure. */
export interface WireBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Names of rows; null for all. */
  readonly only: ReadonlySet<string> | null;
}

const page = join(import.meta.dirname, "../../docs/benchmarks-wire.md");

/** Measures `fourfold/net` beside its peers; a whole run that is long enough writes the page. */
export async function benchWire({ rounds, seconds, only }: WireBenchOptions): Promise<void> {
  const chosen = choose(only);
  await becomeOnlyRun();
  const machine = describeMachine([...toolVersions(), packageVersion("ws")]);
  const preparations = new Preparations();
  const results: RowResult[] = [];
  try {
    for (const row of chosen) {
      const result = await row.measure({ preparations, rounds, seconds });
      process.stdout.write(`${toMarkdown(result.table)}\n`);
      results.push(result);
    }
  } finally {
    preparations.remove();
  }
  const summary = toSummary(results.flatMap(({ verdicts }) => verdicts));
  process.stdout.write(`${toMarkdown(summary)}\n`);
  if (only !== null || rounds < least.rounds || seconds < least.seconds) return;
  const tables = [summary, ...results.map(({ table }) => table)];
  const command = `npm run bench -- wire --rounds ${rounds} --seconds ${seconds}`;
  writeFileSync(page, renderPage({ title: "Benchmarks: the wire", command, machine, notes, tables }));
}

/** Of a run that is worth keeping: with fewer, a median says little. */
const least = { rounds: 5, seconds: 3 };

function choose(only: ReadonlySet<string> | null): readonly Row[] {
  if (only === null) return rows;
  const names = rows.map(({ name }) => name);
  const unknown = [...only].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(", ")}, but ${names.join(", ")}`);
  return rows.filter(({ name }) => only.has(name));
}

function toSummary(verdicts: readonly Verdict[]): Table {
  return {
    title: "What is asked for, and what there is",
    columns: ["work", "against", "asked for", "throughput", "per CPU-second", "memory", "reached"],
    rows: verdicts.map(({ work, against, goal, throughput, perCpuSecond, memory, isReached }) => [
      work,
      against,
      goal,
      multiple(throughput),
      multiple(perCpuSecond),
      multiple(memory),
      isReached ? "yes" : "**no**",
    ]),
  };
}

function multiple(value: number | null): string {
  return value === null ? "" : `${ratio(value)} ×`;
}
