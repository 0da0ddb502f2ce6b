import { collectDefaultMetrics, Registry } from "prom-client";

let registry: Registry | null = null;

/**
 * The metrics of this process: processor time, memory, event loop delay, garbage collection. Watched from the first asking
 * on, and once for all servers in the process, for they are the same and their watchers cannot be stopped.
 */
export function processMetrics(): Registry {
  if (registry === null) {
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
  }
  return registry;
}
