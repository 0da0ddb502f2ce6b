import { connections } from "../load/wrk.ts";
import type { describeMachine } from "../machine/describe.ts";
import { type Table, toMarkdown } from "./table.ts";

/** What a page says of the run that it shows. */
export interface RunDescription {
  readonly rounds: number;
  readonly seconds: number;
  readonly machine: ReturnType<typeof describeMachine>;
}

/** The page of a whole run. */
export function renderPage(tables: readonly Table[], { rounds, seconds, machine }: RunDescription): string {
  return [
    "# Benchmarks: REST",
    "",
    "Written by a run of `npm run bench -- rest`; do not edit it. The servers are in `bench/servers/`.",
    "",
    "| | |",
    "| --- | --- |",
    ...machine.map(([name, value]) => `| ${name} | ${value} |`),
    `| command | \`npm run bench -- rest --rounds ${rounds} --seconds ${seconds}\` |`,
    "",
    ...notes,
    "",
    ...tables.map(toMarkdown),
  ].join("\n");
}

const notes: readonly string[] = [
  "## How it is measured",
  "",
  "- Each server is one process on core 0 (`taskset`); the load comes from core 1. Nothing else is kept off either core, so",
  "  figures of one run are to be compared with each other, never with those of another run.",
  `- Throughput: \`wrk\`, one thread, ${connections} connections, one request at a time on each, 1,000 users in turn. All servers of a`,
  "  table run at the same time and are loaded in turn, round by round, after a warm-up of three seconds.",
  "- **Requests per CPU-second** are requests by the processor time of the server's process, with the kernel's part of it",
  "  (`utime` and `stime`), the median of the rounds. It is the figure that says what a machine can serve, and the one",
  "  that a busy machine disturbs least. The ratio to Fastify is taken round by round, and the median of that is shown.",
  "- Latency: `bench/load/open-loop.ts` sends at a fixed rate, whether answers come or not, and counts from the moment at which",
  "  a request was due (so coordinated omission is not hidden). It spins on core 1 and is a Node process itself: its own",
  "  pauses are in everyone's figures.",
  "- Start: from `spawn` to the first complete 200, asked for every millisecond. `fourfold` and the blog run from their TypeScript",
  "  sources; as published they run from `dist` (`npm run build`). The blog makes its tables and its sample rows in that time.",
  "- Memory: `VmRSS`.",
  "",
  "## What is equal, and what is not",
  "",
  "- All check that the id is a UUID, answer the same 89 bytes of JSON, and have JSON errors for 400 and 404. Fastify does it by",
  "  its JSON schemas for parameters, body and answer; the others by the same regular expression, and `JSON.stringify`.",
  "  On SQLite, where fourfold serves a whole resource, it takes any text for an id and answers 404 where there is no row.",
  "- fourfold does more for each request: it counts and times it for `/metrics`, reads `Accept`, `API-Version`,",
  "  `Request-Timeout`, `traceparent` and `X-Request-Id`, checks that the answer has the declared types, and sends security and",
  "  `Vary` fields. From the cache and from SQLite its answers have an `ETag`. Nothing of that is switched off here.",
  "- Cache: the peers keep users in `lru-cache`, and serialize them for each answer; fourfold's cache keeps the written answer.",
  "- SQLite: prepared statements of `node:sqlite` (Bun: `bun:sqlite`), WAL, `synchronous=FULL`; a file for each server. fourfold",
  "  commits creations that arrive together at once; the peers' drivers are synchronous, so each creation is a commit.",
  "- Logs on: two lines of JSON a request to `/dev/null`. fourfold and Fastify write their own; the others say the same as",
  "  fourfold by pino. All pino outputs are asynchronous with a buffer of 4 KiB, which is pino's fastest way.",
  "- Express has its `ETag` switched off, since the other peers make none. Peers run with `NODE_ENV=production`.",
  "",
  "## Figures",
];
