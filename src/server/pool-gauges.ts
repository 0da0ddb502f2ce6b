import type { Metrics } from "../observe/metrics.ts";
import type { PoolStats } from "../store/postgres/pool/pool-stats.ts";
import { waitBounds } from "../store/postgres/pool/wait-bounds.ts";

/** Adds what the connections to PostgreSQL have come to, by server: `primary`, `replica_1`... */
export function addPoolGauges(metrics: Metrics, read: () => readonly PoolStats[]): void {
  addConnections(metrics, read);
  const add = (
    name: string,
    help: string,
    type: "gauge" | "counter",
    of: (stats: PoolStats) => number,
  ): void =>
    metrics.add({
      name: `fourfold_database_${name}`,
      help,
      type,
      labelNames: ["server"],
      read: () => read().map((stats) => ({ labels: { server: stats.server }, value: of(stats) })),
    });
  add("waiting", "Callers that wait for a connection", "gauge", (each) => each.waiting);
  add("statements", "Statements under way", "gauge", (each) => each.underWay);
  add("opened_total", "Connections opened", "counter", (each) => each.opened);
  add("closed_total", "Connections closed, for whatever reason", "counter", (each) => each.closed);
  add(
    "broken_total",
    "Connections that broke, or were silent for too long",
    "counter",
    (each) => each.broken,
  );
  add("failed_total", "Connections that could not be opened", "counter", (each) => each.failed);
  add("refused_total", "Callers who got no connection", "counter", (each) => each.refused);
  add("cancelled_total", "Statements cancelled at the server", "counter", (each) => each.cancelled);
  metrics.add({
    name: "fourfold_database_wait_seconds",
    help: "How long callers waited for a connection, in seconds",
    type: "histogram",
    bounds: waitBounds.map((bound) => bound / 1_000),
    read: () => read().map(({ server, waits }) => ({ labels: { server }, ...waits })),
  });
}

function addConnections(metrics: Metrics, read: () => readonly PoolStats[]): void {
  metrics.add({
    name: "fourfold_database_connections",
    help: "Connections to the database, by what they do: in use, idle, being opened",
    type: "gauge",
    labelNames: ["server", "state"],
    read: () =>
      read().flatMap(({ server, inUse, idle, opening }) => [
        { labels: { server, state: "in_use" }, value: inUse },
        { labels: { server, state: "idle" }, value: idle },
        { labels: { server, state: "opening" }, value: opening },
      ]),
  });
}
