import type { Cache } from "../cache/cache.ts";
import { frameworkErrors } from "../errors/codes.ts";
import { Quota } from "../invoke/quota/quota.ts";
import { silentLog } from "../observe/log.ts";
import type { Logging } from "../observe/logging.ts";
import type { Metrics } from "../observe/metrics.ts";
import type { ApiPlan } from "../plan/api-plan.ts";
import { notFoundCode } from "../plan/table.ts";
import type { ServeOptions } from "./options.ts";
import type { Siblings } from "./siblings.ts";

/** The application cache; null where no operation is cached. */
export async function openCache({ cache = {} }: ServeOptions, plan: ApiPlan): Promise<Cache | null> {
  if (cache === false || plan.operations.every((operation) => operation.cache === null)) return null;
  const { createMemoryCache } = await import("../cache/memory.ts");
  return createMemoryCache(cache);
}

/**
 * The log; one that does nothing where it is switched off, without loading what would write it. `shared`: other processes
 * write to the same destination.
 */
export async function openLogging(
  { logLevel = "info", logDestination }: ServeOptions,
  plan: ApiPlan,
  shared: boolean,
): Promise<Logging> {
  if (logLevel === "silent")
    return {
      log: silentLog,
      requests: null,
      dropped: () => 0,
      flush: () => undefined,
      close: () => undefined,
    };
  const { createLogging } = await import("../observe/logging.ts");
  const destination = logDestination === undefined ? {} : { destination: logDestination };
  return createLogging({ level: logLevel, sensitive: plan.sensitive, shared, ...destination });
}

/** Metrics; null where they are switched off. */
export async function openMetrics({ metrics = true }: ServeOptions, plan: ApiPlan): Promise<Metrics | null> {
  if (!metrics) return null;
  const { createMetrics } = await import("../observe/prom-metrics.ts");
  return createMetrics({ codes: allCodes(plan) });
}

/** Every code that an answer may have. */
function allCodes(plan: ApiPlan): readonly string[] {
  const notFound = plan.today.resources.map(({ resource }) => notFoundCode(resource));
  return [...Object.keys(frameworkErrors), ...plan.errors.map(({ code }) => code), ...notFound];
}

/** Counts what callers ask for. Processes that serve the same have a part of the units each, since connections are spread among them. */
export function openQuota({ api }: ApiPlan, siblings: Siblings | null): Quota | null {
  const { quota } = api.options;
  return quota === undefined ? null : new Quota(quota, siblings?.count ?? 1, () => performance.now());
}
