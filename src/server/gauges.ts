import type { Cache } from "../cache/cache.ts";
import type { Watches, WatchStats } from "../invoke/watch/watches.ts";
import type { Listener } from "../net/index.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { ChannelRuntime } from "../protocols/websocket/channels/channel-runtime.ts";
import type { Room } from "../protocols/websocket/channels/room.ts";

/** Adds what the watches have come to: who is told of changes, and who was not. */
export function addWatchGauges(metrics: Metrics, watches: Watches): void {
  const add = (
    name: string,
    help: string,
    type: "gauge" | "counter",
    read: (stats: WatchStats) => number,
  ): void =>
    metrics.add({
      name,
      help,
      type,
      labelNames: ["resource"],
      read: () => watches.stats.map((each) => ({ labels: { resource: each.resource }, value: read(each) })),
    });
  add("fourfold_watches", "Watches that are open", "gauge", ({ open }) => open);
  add(
    "fourfold_watch_missed_total",
    "Changes that somebody who watched was not told, for they were too slow",
    "counter",
    ({ missed }) => missed,
  );
  add("fourfold_watch_ended_total", "Watches that were ended as too slow", "counter", ({ ended }) => ended);
  metrics.add({
    name: "fourfold_watch_changes_read_total",
    help: "Changes read from the log for those who watch: each once",
    type: "counter",
    read: () => watches.read,
  });
}

/** Adds what the listener and the cache count to the metrics. It is read only when the metrics are. */
export function addGauges(metrics: Metrics, listener: Listener, cache: Cache | null): void {
  const add = (name: string, help: string, type: "gauge" | "counter", read: () => number): void =>
    metrics.add({ name, help, type, read });
  add("fourfold_connections", "Connections that are open", "gauge", () => listener.stats().connections);
  add(
    "fourfold_connections_accepted_total",
    "Connections accepted",
    "counter",
    () => listener.stats().accepted,
  );
  metrics.add({
    name: "fourfold_rejected_total",
    help: "Requests that the listener refused, by code",
    type: "counter",
    labelNames: ["code"],
    read: () =>
      Object.entries(listener.stats().rejectedByCode).map(([code, value]) => ({ labels: { code }, value })),
  });
  if (cache === null) return;
  for (const name of ["hits", "misses", "evictions", "invalidations", "stale"] as const) {
    add(`fourfold_cache_${name}_total`, `Application cache: ${name}`, "counter", () => cache.stats()[name]);
  }
  for (const name of ["entries", "bytes"] as const) {
    add(`fourfold_cache_${name}`, `Application cache: ${name}`, "gauge", () => cache.stats()[name]);
  }
}

/** Adds what the channels have come to: who is connected, and who takes messages too slowly. */
export function addChannelGauges(metrics: Metrics, channels: readonly ChannelRuntime[]): void {
  const add = (
    name: string,
    help: string,
    type: "gauge" | "counter",
    read: (channel: ChannelRuntime) => number,
  ): void =>
    metrics.add({
      name: `fourfold_channel_${name}`,
      help,
      type,
      labelNames: ["channel"],
      read: () =>
        channels.map((channel) => ({ labels: { channel: channel.plan.channel.path }, value: read(channel) })),
    });
  const sum = ({ rooms }: ChannelRuntime, of: (room: Room) => number): number => {
    let total = 0;
    for (const room of rooms) total += of(room);
    return total;
  };
  add("connections", "Connections of a channel", "gauge", (each) => sum(each, ({ members }) => members.size));
  add("rooms", "Rooms with somebody in them", "gauge", (each) => sum(each, () => 1));
  add("waiting_messages", "Messages that wait for slow connections", "gauge", (each) =>
    sum(each, (room) => room.waiting.messages),
  );
  add("waiting_bytes", "Bytes that connections have not taken", "gauge", (each) =>
    sum(each, (room) => room.waiting.bytes),
  );
  add(
    "missed_total",
    "Messages that slow connections were not sent",
    "counter",
    ({ counts }) => counts.missed,
  );
  add(
    "closed_slow_total",
    "Connections closed for not taking messages",
    "counter",
    ({ counts }) => counts.closedSlow,
  );
}
