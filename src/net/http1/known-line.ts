import type { KnownBytes } from "../known-bytes.ts";
import type { StatedLine } from "./request-head.ts";

/** A request line of HTTP/1.1 with a path, as it came on a connection before. */
export class KnownLine {
  readonly stated: StatedLine;
  readonly bytes: KnownBytes;

  constructor(stated: StatedLine, bytes: KnownBytes) {
    this.stated = stated;
    this.bytes = bytes;
  }
}
