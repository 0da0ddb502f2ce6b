import type { Api } from "../define/api.ts";
import { serve } from "../server/serve.ts";
import type { Server } from "../server/server.ts";
import { takeWorkerStart } from "../server/workers/worker-start.ts";
import { greeting } from "./greeting.ts";
import { isOnlyLoaded } from "./own-run.ts";
import type { RunOptions } from "./run-options.ts";
import { type RunSettings, readSettings } from "./run-settings.ts";
import { tell } from "./tell.ts";

/**
 * Serves an API as a program: reads the command line and the environment, says where things are, and stops when it is told
 * to: at SIGTERM or SIGINT it drains, at a second one it ends at once. What stands in the way of a start is one line on
 * standard error, and exit code 1; a wrong command line is exit code 2.
 */
export async function run(
  api: Api,
  options: RunOptions = {},
  argv: readonly string[] = process.argv.slice(2),
): Promise<void> {
  if (isOnlyLoaded({ api, options })) return;
  const start = takeWorkerStart(process.env);
  const read = (): RunSettings => readSettings(api, options, argv, process.env);
  try {
    if (start !== null) {
      const { runWorker } = await import("./run-worker.ts");
      await runWorker({ api, readOptions: read, start, greet: options.greet });
      return;
    }
    const settings = read();
    if (settings.workers > 1) {
      const { runWorkers } = await import("./run-workers.ts");
      await runWorkers(settings.workers, settings);
      return;
    }
    const server = await serve(api, settings);
    stopOnSignals(server);
    if (settings.tls !== undefined) process.on("SIGHUP", () => void server.reloadTls());
    process.stderr.write(await greeting(api, server, options.greet));
  } catch (thrown) {
    process.exitCode = tell(thrown);
  }
}

function stopOnSignals(server: Server): void {
  let stopping = false;
  const stop = (): void => {
    const how = stopping ? "now" : "drain";
    stopping = true;
    server.close(how).then(
      () => process.exit(how === "now" ? 1 : 0),
      () => process.exit(1),
    );
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}
