import type { ServeOptions } from "../server/options.ts";
import type { Server } from "../server/server.ts";

/** What `run` may be told: what `serve` takes where neither the command line nor the environment says otherwise. */
export interface RunOptions extends ServeOptions {
  /** Processes that serve; `auto` is one for each core that there is. One, this process itself, where it is not stated. */
  readonly workers?: number | "auto";
  /** Further lines to print once the server runs. */
  readonly greet?: (server: Server) => Promise<readonly string[]>;
}
