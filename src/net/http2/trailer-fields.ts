import type { FieldSink } from "../hpack/field-sink.ts";
import { isPseudo, MALFORMED, PLAIN } from "./request-marks.ts";

/** Collects the fields after the content of a request (RFC 9113 §8.1). */
export class TrailerFields implements FieldSink {
  /** `[name, value, ...]`; what is not for trailers is left out. */
  readonly fields: string[];
  isMalformed: boolean;

  constructor() {
    this.fields = [];
    this.isMalformed = false;
  }

  field(name: string, value: string, mark: number): void {
    if (mark === PLAIN) this.fields.push(name, value);
    // RFC 9113 §8.1: a pseudo-header field here makes the request malformed.
    else if (mark === MALFORMED || isPseudo(mark)) this.isMalformed = true;
  }
}
