import { parseArgs } from "node:util";
import { installPeers } from "./install.ts";
import { benchRest } from "./rest/bench.ts";
import { benchWire } from "./wire/bench.ts";

const usage = `npm run bench -- rest|wire [options]

  --rounds n      rounds, taken in turn among all servers (5)
  --seconds n     seconds of one round (3)

rest
  --cases a,b     memory, cache, sqlite, create, latency, start, memory-use (all)
  --only a,b      fourfold, fastify, hono, express, node, bun (all)

wire
  --only a,b      h1-get, h2-get, h2-post-32, h2-post-100, ws-echo, ws-broadcast, h1-up, h1-down, h2-up, h2-down, ws-idle (all)

A run of all there is writes docs/benchmarks.md (rest) or docs/benchmarks-wire.md (wire, of no fewer and no shorter rounds than
above); any other only prints its tables.
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

if (positionals.length !== 1 || (suite !== "rest" && suite !== "wire")) {
  process.stderr.write(usage);
  process.exit(2);
}
installPeers();
if (suite === "rest") await benchRest({ rounds, seconds, cases: names(values.cases), contenders: only });
else await benchWire({ rounds, seconds, only });

/** Names parted by commas; null for all. */
function names(list: string): ReadonlySet<string> | null {
  return list === "" ? null : new Set(list.split(","));
}
