import type { EventBus } from "../events/event-bus.ts";
import { loadNats, NatsLink, toNatsOptions } from "../events/nats.ts";
import { type BusReports, NodeBus } from "../events/node-bus.ts";
import type { OpenLink } from "../events/node-link.ts";
import { type NotifyConnection, PostgresLink } from "../events/postgres-notify.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { NatsSettings, ServeOptions } from "./options.ts";
import { StartError } from "./start-error.ts";

/** What a bus between nodes is opened for. */
export interface BusPlace {
  /** The API's name, which stands in the subject. */
  readonly name: string;
  readonly options: ServeOptions;
  /** Opens a connection to the PostgreSQL that all nodes have; null where there is none. */
  readonly line: (() => Promise<NotifyConnection>) | null;
  readonly log: Log;
  readonly metrics: Metrics | null;
}

/** A bus that ends with its server: `end` resolves once what was published is on its way, or cannot be sent. */
export type OpenBus = EventBus & { end(): Promise<void> };

/** The bus between nodes: over NATS where that is asked for, else over their PostgreSQL; null where there is neither. It may come up later. */
export async function openBus({ name, options, line, log, metrics }: BusPlace): Promise<OpenBus | null> {
  const open = options.nats === undefined ? overPostgres(line) : await overNats(options.nats, name);
  if (open === null) return null;
  const bus = new NodeBus(open, reporter(log, options.nats === undefined ? "postgresql" : "nats"));
  if (metrics !== null) addBusGauges(metrics, bus);
  return bus;
}

function overPostgres(line: BusPlace["line"]): OpenLink | null {
  return line === null ? null : (listener) => new PostgresLink(line, listener);
}

async function overNats(settings: NatsSettings, name: string): Promise<OpenLink> {
  try {
    const client = await loadNats();
    const options = toNatsOptions(client, { ...settings, subject: settings.subject ?? `fourfold.${name}` });
    return (listener) => new NatsLink(client, options, listener);
  } catch (thrown) {
    throw new StartError(thrown instanceof Error ? thrown.message : String(thrown), { cause: thrown });
  }
}

function reporter(log: Log, by: string): BusReports {
  return {
    up: () => log.info("bus_connected", { by }),
    down: (reason) => log.warn("bus_away", { by, err: reason }),
  };
}

function addBusGauges(metrics: Metrics, bus: NodeBus): void {
  const add = (name: string, help: string, type: "gauge" | "counter", read: () => number): void =>
    metrics.add({ name: `fourfold_bus_${name}`, help, type, read });
  add("up", "Whether this process hears the other nodes", "gauge", () => (bus.stats.isUp ? 1 : 0));
  add("sent_total", "Messages sent to other nodes", "counter", () => bus.stats.sent);
  add("received_total", "Messages of other nodes", "counter", () => bus.stats.received);
  add("missed_total", "How often messages may have been missed", "counter", () => bus.stats.missed);
}
