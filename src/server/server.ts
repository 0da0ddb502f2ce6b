import type { Caller } from "../define/caller.ts";
import type { Rooms } from "../define/channel-definition.ts";
import type { Operation } from "../define/definition.ts";
import type { MetricsReport } from "../observe/metrics-report.ts";
import type { ApiPlan } from "../plan/api-plan.ts";

/** A server that runs. */
export interface Server {
  /** Where it can be reached, the first address first: `http://localhost:8000`. */
  readonly origins: readonly string[];
  readonly plan: ApiPlan;
  /** Calls an operation in this process: the same checks and steps as for everyone. Nobody is signed in, unless `as` says who. */
  call<I, O>(operation: Operation<I, O>, input: I, as?: Caller): Promise<O>;
  /** Those in a room of a channel, in all processes: `server.channel(room, { id: "7" }).send(message)`. */
  readonly channel: Rooms;
  /** Reads the certificates again, which happens by itself when they change; false if they cannot be used (the log says why). */
  reloadTls(): Promise<boolean>;
  /** Takes nothing more, lets what is in flight end, closes the store. At once with `now`. */
  close(how?: "drain" | "now"): Promise<void>;
}

/** A server as whoever runs its process sees it. */
export interface RunningServer extends Server {
  /** The ports that it listens at, in the order of its addresses; 0 for a Unix socket. */
  readonly ports: readonly number[];
  /** As `close("drain")`, where others go on at the same addresses: peers about to ask are answered, and sent there. */
  handOver(): Promise<void>;
  /** Null where metrics are switched off. */
  report(): Promise<MetricsReport | null>;
}
