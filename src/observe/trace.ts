import { newSpanId, newTraceId } from "./trace-ids.ts";
import { parseTraceparent } from "./traceparent.ts";

/** Where a request stands in a distributed trace (W3C Trace Context). */
export class Trace {
  /** 32 hexadecimal digits, lower case. */
  readonly traceId: string;
  /** The span that called; null where the trace begins here. */
  readonly parentId: string | null;
  /** The trace-flags octet; bit 0 says that the caller may have recorded the trace. */
  readonly flags: number;
  /** The vendors' `tracestate`, as it came; null for none. */
  readonly state: string | null;
  #spanId: string | null;

  constructor(traceId: string, parentId: string | null, flags: number, state: string | null) {
    this.traceId = traceId;
    this.parentId = parentId;
    this.flags = flags;
    this.state = state;
    this.#spanId = null;
  }

  /** This request's own span, made when first asked for. */
  get spanId(): string {
    this.#spanId ??= newSpanId();
    return this.#spanId;
  }

  /** The `traceparent` to send with calls that this request makes. */
  get traceparent(): string {
    return `00-${this.traceId}-${this.spanId}-${this.flags.toString(16).padStart(2, "0")}`;
  }
}

/** The trace that a request belongs to, from its headers; null where it belongs to none (or says so wrongly). */
export function incomingTrace(traceparent: string | undefined, tracestate: string | undefined): Trace | null {
  if (traceparent === undefined) return null;
  const parent = parseTraceparent(traceparent);
  if (parent === null) return null;
  return new Trace(parent.traceId, parent.parentId, parent.flags, acceptableState(tracestate));
}

/** A trace that begins here, for those who need one where none came. Not marked as recorded. */
export function beginTrace(): Trace {
  return new Trace(newTraceId(), null, 0, null);
}

/** §3.3.1.5: at least 512 characters are passed on; a longer one is dropped whole, for a part of it would be wrong. */
const longestState = 4096;

function acceptableState(tracestate: string | undefined): string | null {
  if (tracestate === undefined || tracestate === "" || tracestate.length > longestState) return null;
  return tracestate;
}
