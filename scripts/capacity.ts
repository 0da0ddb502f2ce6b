import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type Estimate, estimate, type Load } from "./capacity/estimate.ts";
import { readFigures } from "./capacity/figures.ts";

// `npm run capacity -- --reads 20000 --writes 500`: what a load asks for, from the processor time that the benchmarks measured.

const amount = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1e12))
    throw new InvalidArgumentError("Write a number from 0 up.");
  return value;
};
const share = (text: string): number => {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError("Write a number from 0 to 1.");
  return value;
};
const option = (flags: string, description: string, usual: number, parse = amount): Option =>
  new Option(flags, description).default(usual).argParser(parse);

const command = new Command("capacity")
  .description(
    "What a load asks for, from docs/benchmarks*.md. Figures marked (estimate) were not measured: state your own. Rates are per second.",
  )
  .addOption(option("--reads <rate>", "GET of one row, by REST", 1_000))
  .addOption(option("--writes <rate>", "rows created, changed and deleted", 50))
  .addOption(option("--graphql <rate>", "documents of GraphQL with one related list", 0))
  .addOption(option("--grpc <rate>", "unary calls of gRPC", 0))
  .addOption(option("--cdn-hits <share>", "of reads, answered before they arrive", 0, share))
  .addOption(
    option("--cache-hits <share>", "of those that arrive, answered by the application cache", 0, share),
  )
  .addOption(option("--watchers <count>", "open WebSockets", 0))
  .addOption(option("--told <rate>", "changes that one watcher is told", 0))
  .addOption(option("--rows <count>", "rows in the database", 1_000_000))
  .addOption(option("--row-bytes <bytes>", "bytes of a row (estimate)", 300))
  .addOption(option("--handler-us <time>", "your handlers' own µs, for each call that no cache answers", 0))
  .addOption(option("--foreign-write-us <time>", "a node's µs for each write of another one (estimate)", 15))
  .addOption(option("--database-read-us <time>", "the database's µs a row that is read (estimate)", 20))
  .addOption(option("--database-write-us <time>", "the database's µs a write (estimate)", 150))
  .addOption(option("--cache-mib <size>", "the application cache of each node", 64))
  .addOption(option("--pool-max <count>", "connections of each node", 10))
  .addOption(option("--max-connections <count>", "PostgreSQL's max_connections", 100))
  .addOption(option("--busy <share>", "how busy a node may be", 0.6, share))
  .addOption(option("--spare <count>", "nodes that may be away", 1))
  .option("--json", "print the estimate as JSON");

try {
  const { json, ...load } = command.parse().opts<Load & { readonly json?: boolean }>();
  const result = estimate(load, readFigures(join(import.meta.dirname, "..")));
  console.log(json === true ? JSON.stringify(result) : tell(result));
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

function tell(result: Estimate): string {
  const pooler = result.needsPooler
    ? " (more than the server should have: a PgBouncer between, or a smaller pool)"
    : "";
  return `Nodes             ${result.nodes}, one core each; all together busy with ${result.cores.toFixed(2)} cores
Memory of a node  ${Math.ceil(result.memoryMibPerNode)} MiB
Connections       ${result.connections} to PostgreSQL at most${pooler}
Database          ${Math.round(result.databaseStatements)} rows read and written a second, ${result.databaseCores.toFixed(2)} cores (estimate)
                  ${result.databaseGib.toFixed(1)} GiB with indexes (estimate): as much memory keeps all of it at hand
Between nodes     ${Math.round(result.busDeliveries)} messages a second
CDN               ${Math.round(result.cdnRequests)} requests a second

Left out: your handlers unless --handler-us says them, rules, larger answers, TLS, compression, lists and filters, bursts,
the kernel's memory of sockets, what replicas and failover take, the network. Nodes are counted with SQLite's processor time a
row, as measured; a row of PostgreSQL takes a node more. Processor time was measured on one kind of machine: measure on yours.`;
}
