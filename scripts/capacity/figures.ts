import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What one thing costs a node, as the benchmarks' pages say. Times are microseconds of one core. */
export interface Figures {
  readonly cachedReadUs: number;
  readonly readUs: number;
  readonly writeUs: number;
  readonly graphqlUs: number;
  readonly grpcUs: number;
  readonly deliveryUs: number;
  readonly idleSocketKib: number;
  readonly processMib: number;
}

/** Reads the figures of fourfold's rows out of `docs/benchmarks*.md`; throws where a page has no such table, row or column. */
export function readFigures(root: string): Figures {
  const of = (page: string, table: string, column: string): number =>
    readCell(readFileSync(join(root, "docs", page), "utf8"), { page, table, column });
  const users = "`GET /users/{id}` from";
  return {
    cachedReadUs: of("benchmarks.md", `${users} an application cache, logs on`, "CPU µs a request"),
    readUs: of("benchmarks.md", `${users} SQLite, logs on`, "CPU µs a request"),
    writeUs: of("benchmarks.md", "`POST /users` to SQLite, durable, logs on", "CPU µs a request"),
    graphqlUs: of(
      "benchmarks-graphql.md",
      "One user and ten posts from SQLite, 64 connections",
      "CPU µs a request",
    ),
    grpcUs: of(
      "benchmarks-grpc.md",
      "GetUser from memory, clients of @grpc/grpc-js, 8 connections × 32 calls, logs on",
      "CPU µs a call",
    ),
    deliveryUs: of(
      "benchmarks-wire.md",
      "WebSocket broadcast, 400 receivers, 120 bytes of text, bursts of 10",
      "CPU µs a delivery",
    ),
    idleSocketKib: of(
      "benchmarks-wire.md",
      "Memory of 10,000 idle WebSocket connections",
      "resident just after opening",
    ),
    processMib: of("benchmarks.md", "Memory, resident MiB, from an application cache", "most"),
  };
}

interface Place {
  readonly page: string;
  readonly table: string;
  readonly column: string;
}

function readCell(text: string, { page, table, column }: Place): number {
  const [, section] = text.split(`### ${table}\n`);
  const rows = (section?.split("\n### ")[0] ?? "").split("\n").filter((line) => line.startsWith("|"));
  const cells = rows.map((row) => row.split("|").map((cell) => cell.trim()));
  const index = cells[0]?.indexOf(column) ?? -1;
  const cell = cells.find((row) => row[1] === "fourfold")?.[index];
  const value = Number(cell?.replaceAll(",", ""));
  if (index < 0 || cell === undefined || !(value > 0))
    throw new Error(`docs/${page} has no figure of fourfold in "${table}", column "${column}"`);
  return value;
}
