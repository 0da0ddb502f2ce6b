import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeMachine, packageVersion } from "../machine/describe.ts";
import { becomeOnlyRun } from "../machine/only-run.ts";
import { renderPage } from "../report/page.ts";
import { type Table, toMarkdown } from "../report/table.ts";
import { cases } from "./cases.ts";
import { type Contender, contenders } from "./contenders.ts";
import { measureLatency } from "./latency.ts";
import { measureMemoryUse } from "./memory-use.ts";
import { notes } from "./notes.ts";
import { measureStart } from "./start.ts";
import { measureThroughput } from "./throughput.ts";
import { Workspace } from "./workspace.ts";

/** What to measure. Null stands for all. */
export interface RestBenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly cases: ReadonlySet<string> | null;
  readonly contenders: ReadonlySet<string> | null;
}

const packages = ["fastify", "hono", "@hono/node-server", "express", "bun", "lru-cache", "pino"];
const page = join(import.meta.dirname, "../../docs/benchmarks.md");

/** Measures REST side by side; a whole run writes the page. */
export async function benchRest(options: RestBenchOptions): Promise<void> {
  await becomeOnlyRun();
  const machine = describeMachine(packages.map(packageVersion));
  const workspace = new Workspace();
  const tables: Table[] = [];
  try {
    for await (const table of measurements(workspace, options)) {
      process.stdout.write(`${toMarkdown(table)}\n`);
      tables.push(table);
    }
  } finally {
    workspace.remove();
  }
  if (options.cases === null && options.contenders === null) {
    const command = `npm run bench -- rest --rounds ${options.rounds} --seconds ${options.seconds}`;
    writeFileSync(page, renderPage({ title: "Benchmarks: REST", command, machine, notes, tables }));
  }
}

async function* measurements(workspace: Workspace, options: RestBenchOptions): AsyncGenerator<Table> {
  const { rounds, seconds } = options;
  const chosen: readonly Contender[] = contenders.filter(({ name }) => options.contenders?.has(name) ?? true);
  const isAsked = (name: string): boolean => options.cases?.has(name) ?? true;
  for (const each of cases.filter(({ name }) => isAsked(name))) {
    for (const logs of [false, true])
      yield await measureThroughput(each, { workspace, contenders: chosen, rounds, seconds, logs });
  }
  if (isAsked("latency")) yield* await measureLatency({ workspace, contenders: chosen, rounds, seconds });
  if (isAsked("start")) yield await measureStart(workspace, chosen, rounds * 2);
  if (isAsked("memory-use")) yield await measureMemoryUse(workspace, chosen, seconds);
}
