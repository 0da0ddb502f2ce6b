import type { ResourceName } from "../schema/shape.ts";

/** How long an answer may be kept, here and by HTTP caches. */
export interface CacheOptions {
  /** Milliseconds, or text such as "5m". */
  readonly maxAge: number | string;
  /** `public`: one answer for all callers. `private` (the default): one for each caller, and no shared HTTP cache. */
  readonly visibility?: "public" | "private";
  /** Keeps "not found" too, this long. Off where it is not stated. */
  readonly negative?: number | string;
  /**
   * While the database is away, answers are given that were right at most this long ago (beyond `maxAge`): milliseconds, or text such as
   * "10m". Where it is not stated, such calls get UNAVAILABLE.
   */
  readonly staleIfError?: number | string;
  /** The resources that the answer is read from: a change of any of their rows drops it. */
  readonly reads?: readonly ResourceName[];
}
