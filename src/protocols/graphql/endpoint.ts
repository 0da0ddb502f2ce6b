import type { ApiError } from "../../errors/api-error.ts";
import type { Invoker } from "../../invoke/invoker.ts";
import type { RequestObserver } from "../../observe/request-record.ts";
import type { RequestSeries } from "../../observe/request-series.ts";
import type { Cors } from "../http/cors.ts";
import type { Documents } from "./documents/documents.ts";
import type { GraphqlLimits } from "./documents/limits.ts";
import type { Execution } from "./execute/execution.ts";
import type { GraphqlHeads } from "./http/heads.ts";
import type { OpenStreams } from "./streams/open-streams.ts";

/** One version's schema, as every transport serves it. */
export interface GraphqlEndpoint {
  readonly version: string;
  readonly documents: Documents;
  readonly limits: GraphqlLimits;
  /** Requests that may stand in one array; 0 for no arrays. */
  readonly batchMax: number;
  readonly heads: GraphqlHeads;
  readonly cors: Cors | null;
  readonly observer: RequestObserver | null;
  /** Counters by kind of operation. */
  readonly series: Readonly<Record<Execution["kind"], RequestSeries>>;
  /** Finds out who asks, and takes what documents cost of the quota. */
  readonly invoker: Pick<Invoker, "identify" | "charge" | "services">;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
  /** Subscriptions under way over server-sent events. */
  readonly streams: OpenStreams;
}
