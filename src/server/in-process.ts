import type { CallSource } from "../invoke/call.ts";
import { beginTrace } from "../observe/trace.ts";

const never = new AbortController().signal;

/** What a call of this process came by: nobody who could go away, and no headers. */
export function inProcessSource(requestId: string): CallSource {
  return {
    signal: never,
    requestId,
    get traceparent() {
      return beginTrace().traceparent;
    },
    timeout: 0,
    idempotencyKey: null,
    setField: () => {},
    credentials: { bearer: null, remoteAddress: "", header: () => undefined },
  };
}
