import type { ApiError } from "../../../errors/api-error.ts";
import type { RequestObserver } from "../../../observe/request-record.ts";
import type { Cors } from "../../http/cors.ts";

/** What all calls of a server have in common. */
export interface RpcSettings {
  /** Bytes of one message, after inflating; more is RESOURCE_EXHAUSTED. */
  readonly messageBytes: number;
  /** Whose errors they are: the `domain` of google.rpc.ErrorInfo. */
  readonly domain: string;
  readonly cors: Cors | null;
  readonly toApiError: (thrown: unknown, requestId: string) => ApiError;
  readonly observer: RequestObserver | null;
}
