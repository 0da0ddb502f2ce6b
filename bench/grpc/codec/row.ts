import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { serverCore } from "../../machine/server-process.ts";
import { median, medianRatio } from "../../report/statistics.ts";
import { ratio, type Table, whole } from "../../report/table.ts";
import type { Row, RowOptions, RowResult } from "../../side-by-side/row.ts";
import type { Preparations } from "../preparations.ts";

const run = promisify(execFile);
const atLeast = 1.5;
const [fourfold, peer] = ["fourfold", "protobufjs"];
const libraries = [fourfold, peer, "@bufbuild/protobuf"];
/** Of one measurement; longer ones say nothing more. */
const mostMilliseconds = 500;

/** How often a second. */
interface Rates {
  readonly encode: number;
  readonly decode: number;
}

/** What process.ts writes. */
interface Round {
  readonly user: Rates;
  readonly account: Rates;
}

const works = [
  { title: "User (id, name, email) encoded", of: ({ user }: Round) => user.encode },
  { title: "User decoded", of: ({ user }: Round) => user.decode },
  { title: "Account (20 fields of all kinds) encoded", of: ({ account }: Round) => account.encode },
  { title: "Account decoded", of: ({ account }: Round) => account.decode },
];

/** Messages encoded and decoded in one process, without a server. */
export const codec: Row<Preparations> = { name: "codec", measure };

async function measure({ preparations, rounds, seconds }: RowOptions<Preparations>): Promise<RowResult> {
  const results = new Map<string, Round[]>(libraries.map((library) => [library, []]));
  const milliseconds = Math.min(mostMilliseconds, seconds * 1000);
  for (let round = 0; round < rounds; round++) {
    for (const [library, found] of results)
      found.push(await measureRound(library, milliseconds, preparations));
  }
  const [ours = [], theirs = []] = [fourfold, peer].map((library) => results.get(library ?? ""));
  const verdicts = works.map(({ title, of }) => {
    const throughput = medianRatio(ours, theirs, of);
    return {
      work: title,
      against: `${peer}, static code`,
      goal: `${atLeast} ×`,
      throughput,
      perCpuSecond: null,
      latency: null,
      memory: null,
      isReached: throughput >= atLeast,
    };
  });
  return { table: toTable(results, ours), verdicts };
}

async function measureRound(
  library: string,
  milliseconds: number,
  { staticCode }: Preparations,
): Promise<Round> {
  const program = [process.execPath, join(import.meta.dirname, "process.ts")];
  const { stdout } = await run(
    "taskset",
    ["--cpu-list", serverCore, ...program, `--library=${library}`, `--milliseconds=${milliseconds}`],
    { env: { ...process.env, STATIC_CODE: staticCode } },
  );
  return JSON.parse(stdout) as Round;
}

function toTable(results: ReadonlyMap<string, readonly Round[]>, ours: readonly Round[]): Table {
  return {
    title: "Messages a second, encoded and decoded in one process",
    columns: ["library", ...works.flatMap(({ title }) => [title, "fourfold is × this"])],
    rows: [...results].map(([library, rounds]) => [
      library,
      ...works.flatMap(({ of }) => [whole(median(rounds.map(of))), ratio(medianRatio(ours, rounds, of))]),
    ]),
  };
}
