import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeMachine } from "../machine/describe.ts";
import { becomeOnlyRun } from "../machine/only-run.ts";
import { renderPage } from "../report/page.ts";
import { toMarkdown } from "../report/table.ts";
import type { Row, RowResult } from "./row.ts";
import { toSummary } from "./summary.ts";

/** What to measure. */
export interface SuiteOptions {
  readonly rounds: number;
  readonly seconds: number;
  /** Names of rows; null for all. */
  readonly only: ReadonlySet<string> | null;
}

/** Rows that are measured together, and have a page together. */
export interface Suite<Preparations extends Removable> {
  /** On the command line, and in the name of the page. */
  readonly name: string;
  readonly title: string;
  readonly rows: readonly Row<Preparations>[];
  readonly notes: readonly string[];
  /** Of what is measured, and of what it is measured with. Throws, saying what to install, when something is not there. */
  versions(): readonly string[];
  prepare(): Preparations | Promise<Preparations>;
}

interface Removable {
  remove(): void | Promise<void>;
}

/** Of a run that is worth keeping: with fewer, a median says little. */
const least = { rounds: 5, seconds: 3 };

/** Measures the rows of a suite; a whole run that is long enough writes the page. */
export async function runSuite<Preparations extends Removable>(
  suite: Suite<Preparations>,
  { rounds, seconds, only }: SuiteOptions,
): Promise<void> {
  const chosen = choose(suite.rows, only);
  await becomeOnlyRun();
  const machine = describeMachine(suite.versions());
  const preparations = await suite.prepare();
  const results: RowResult[] = [];
  try {
    for (const row of chosen) {
      const result = await row.measure({ preparations, rounds, seconds });
      process.stdout.write(`${toMarkdown(result.table)}\n`);
      results.push(result);
    }
  } finally {
    await preparations.remove();
  }
  const summary = toSummary(results.flatMap(({ verdicts }) => verdicts));
  process.stdout.write(`${toMarkdown(summary)}\n`);
  if (only !== null || rounds < least.rounds || seconds < least.seconds) return;
  const tables = [summary, ...results.map(({ table }) => table)];
  const command = `npm run bench -- ${suite.name} --rounds ${rounds} --seconds ${seconds}`;
  const { title, notes } = suite;
  const page = join(import.meta.dirname, `../../docs/benchmarks-${suite.name}.md`);
  writeFileSync(page, renderPage({ title, command, machine, notes, tables }));
}

function choose<R extends Row<never>>(rows: readonly R[], only: ReadonlySet<string> | null): readonly R[] {
  if (only === null) return rows;
  const names = rows.map(({ name }) => name);
  const unknown = [...only].filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(", ")}, but ${names.join(", ")}`);
  return rows.filter(({ name }) => only.has(name));
}
