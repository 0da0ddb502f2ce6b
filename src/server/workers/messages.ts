import type { FromRelay, ToRelay } from "../../events/relay-message.ts";
import type { MetricsReport, OwnedReport } from "../../observe/metrics-report.ts";

/** What a worker says to the primary. */
export type FromWorker =
  /** It answers. The ports that it took for port 0, in the order of the addresses; 0 for each that states its port. */
  | { readonly kind: "ready"; readonly ports: readonly number[] }
  /** It cannot start, for a reason that is told to whoever started the program. */
  | { readonly kind: "failed"; readonly text: string; readonly exitCode: number }
  /** It has answered everything, and ends: what it has counted. */
  | { readonly kind: "leaving"; readonly report: MetricsReport | null }
  | { readonly kind: "relay"; readonly message: ToRelay }
  /** It was asked for the metrics of all; these are its own. */
  | { readonly kind: "gather"; readonly id: number; readonly own: MetricsReport }
  | { readonly kind: "report"; readonly id: number; readonly report: MetricsReport | null };

/** What the primary says to a worker. */
export type ToWorker =
  | { readonly kind: "stop"; readonly how: StopWay }
  | { readonly kind: "relay"; readonly message: FromRelay }
  | { readonly kind: "report"; readonly id: number }
  | { readonly kind: "gathered"; readonly id: number; readonly reports: readonly OwnedReport[] };

/** `handOver`: others go on. `drain`: nobody does. `now`: whatever is in flight is cut. */
export type StopWay = "handOver" | "drain" | "now";

/** Around each message: the program that runs in a worker may send messages of its own over the same channel. */
interface Envelope<M> {
  readonly fourfold: M;
}

export function enclose<M>(message: M): Envelope<M> {
  return { fourfold: message };
}

/** The message of ours in what came over the channel; null for anything else. Both ends run this same code. */
export function open<M extends FromWorker | ToWorker>(received: unknown): M | null {
  return isEnvelope<M>(received) ? received.fourfold : null;
}

function isEnvelope<M>(received: unknown): received is Envelope<M> {
  return typeof received === "object" && received !== null && "fourfold" in received;
}
