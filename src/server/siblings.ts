import type { EventBus } from "../events/event-bus.ts";
import type { MetricsReport, OwnedReport } from "../observe/metrics-report.ts";

/**
 * The other processes that serve the same API at the same addresses, as a server sees them. `serve` asks for them at its
 * start and `/metrics` at each request; null where a server is alone.
 */
export interface Siblings {
  /** How many there shall be, this one included. */
  readonly count: number;
  /** Whether it is this one that fills an empty database. */
  readonly seeds: boolean;
  readonly bus: EventBus;
  /** The metrics of all, given this one's. */
  reports(own: MetricsReport): Promise<readonly OwnedReport[]>;
}
