import type { Cache } from "../cache/cache.ts";
import type { Logging } from "../observe/logging.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import type { Protocol } from "../protocols/http/protocol.ts";
import type { RestMount } from "../protocols/rest/mount.ts";
import type { WebSocketMount } from "../protocols/websocket/mount.ts";
import type { Store } from "../store/store.ts";
import type { OpenBus } from "./open-bus.ts";
import type { ServeOptions } from "./options.ts";
import type { Siblings } from "./siblings.ts";

/** What changes while a server runs. */
export interface ServerState {
  draining: boolean;
  protocols: readonly Protocol[];
  rest: RestMount | null;
  sockets: WebSocketMount | null;
}

/** What a server is put together from. */
export interface ServerParts {
  readonly plan: ApiPlan;
  readonly options: ServeOptions;
  readonly siblings: Siblings | null;
  readonly logging: Logging;
  readonly store: Store | null;
  readonly cache: Cache | null;
  readonly metrics: Metrics | null;
  /** Between nodes; null where there is nothing that they have in common. */
  readonly bus: OpenBus | null;
}
