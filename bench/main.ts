import { parseArgs } from "node:util";
import { graphql } from "./graphql/suite.ts";
import { grpc } from "./grpc/suite.ts";
import { installPeers } from "./install.ts";
import { live } from "./live/suite.ts";
import { postgres } from "./postgres/suite.ts";
import { benchRest } from "./rest/bench.ts";
import { runSuite } from "./side-by-side/suite.ts";
import { wire } from "./wire/suite.ts";

const rowNames = ({
  rows,
}: typeof wire | typeof grpc | typeof graphql | typeof live | typeof postgres): string =>
  rows.map(({ name }) => name).join(", ");

const usage = `npm run bench -- rest|wire|grpc|graphql|live|postgres [options]

  --rounds n      rounds, taken in turn among all servers (5)
  --seconds n     seconds of one round (3)

rest
  --cases a,b     memory, cache, sqlite, create, latency, start, memory-use (all)
  --only a,b      fourfold, fastify, hono, express, node, bun (all)

wire
  --only a,b      ${rowNames(wire)} (all)

grpc
  --only a,b      ${rowNames(grpc)} (all)

graphql
  --only a,b      ${rowNames(graphql)} (all)

live
  --only a,b      ${rowNames(live)} (all)

postgres
  --only a,b      ${rowNames(postgres)} (all)

A run of all there is writes docs/benchmarks.md (rest), or docs/benchmarks-wire.md and the like (the others: of no fewer and no
shorter rounds than above); any other only prints its tables.
`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    cases: { type: "string", default: "" },
    only: { type: "string", default: "" },
  },
});
const [suite] = positionals;
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const only = names(values.only);

const suites: readonly unknown[] = ["rest", "wire", "grpc", "graphql", "live", "postgres"];
if (positionals.length !== 1 || !suites.includes(suite)) {
  process.stderr.write(usage);
  process.exit(2);
}
installPeers();
if (suite === "rest") await benchRest({ rounds, seconds, cases: names(values.cases), contenders: only });
else if (suite === "wire") await runSuite(wire, { rounds, seconds, only });
else if (suite === "grpc") await runSuite(grpc, { rounds, seconds, only });
else if (suite === "graphql") await runSuite(graphql, { rounds, seconds, only });
else if (suite === "postgres") await runSuite(postgres, { rounds, seconds, only });
else await runSuite(live, { rounds, seconds, only });

/** Names parted by commas; null for all. */
function names(list: string): ReadonlySet<string> | null {
  return list === "" ? null : new Set(list.split(","));
}
