import { parseArgs } from "node:util";
import { installPeers } from "./install.ts";
import { benchRest } from "./rest/bench.ts";

const usage = `npm run bench -- rest [options]

  --rounds n      rounds, taken in turn among all servers (5)
  --seconds n     seconds of one round (3)
  --cases a,b     memory, cache, sqlite, create, latency, start, memory-use (all)
  --only a,b      fourfold, fastify, hono, express, node, bun (all)

A run of all cases with all servers writes docs/benchmarks.md; any other only prints its tables.
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

if (positionals.length !== 1 || positionals[0] !== "rest") {
  process.stderr.write(usage);
  process.exit(2);
}
installPeers();
await benchRest({
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  cases: names(values.cases),
  contenders: names(values.only),
});

/** Names parted by commas; null for all. */
function names(list: string): ReadonlySet<string> | null {
  return list === "" ? null : new Set(list.split(","));
}
