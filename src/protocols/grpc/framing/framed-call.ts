import type { Exchange } from "../../../net/exchange.ts";
import type { RpcSettings } from "../rpc/settings.ts";
import type { ErrorContext } from "../wire/rich-status.ts";

/** A call as its framing sees it. */
export interface FramedCall {
  readonly exchange: Exchange;
  readonly settings: RpcSettings;
  /** Metadata before the answer and after it: `[name, value, ...]`, names in lower case, binary values in base64. */
  readonly headers: readonly string[] | null;
  readonly trailers: readonly string[] | null;
  /** Fields that tell HTTP's caches what they may do with the answer; null for one that is not got by GET, or about which nothing is said. */
  readonly freshness: readonly string[] | null;
  /** What the call is about, for errors; null where it is about no row. */
  readonly resource: ErrorContext["resource"];
  /** A field of the request, by its lower-case name. */
  header(name: string): string | undefined;
  /** The call's own header fields, some more, and those by which a browser may read them; null for none. */
  headFields(more: readonly string[] | null): readonly string[] | null;
  /** Tells logs and metrics how the call ended: by its gRPC status code, whichever protocol it came by. */
  finished(status: number, errorCode: string | null): void;
}
