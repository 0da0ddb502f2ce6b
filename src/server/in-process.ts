import type { CallSource } from "../invoke/call.ts";

const never = new AbortController().signal;

/** What a call of this process came by: nobody who could go away, and no headers. */
export function inProcessSource(requestId: string): CallSource {
  return {
    signal: never,
    requestId,
    timeout: 0,
    idempotencyKey: null,
    credentials: { bearer: null, remoteAddress: "", header: () => undefined },
  };
}
