import type { ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";

/** A request, and what must come of it. */
export interface Trial {
  /** Without the query. */
  readonly path: string;
  readonly head: OutgoingHttpHeaders;
  /** The client breaks it off by itself in the middle. */
  readonly isCut: boolean;
  /** Sends the content, if any, and listens for the answer. */
  begin(stream: ClientHttp2Stream): void;
  /** What is wrong, now that the stream has closed; null for nothing. */
  fault(): string | null;
}
