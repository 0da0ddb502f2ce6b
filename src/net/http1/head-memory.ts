import { KnownBytes } from "../known-bytes.ts";
import type { HeadFields } from "./head-fields.ts";
import { type FieldsOutcome, type HeadBytes, KnownFields } from "./known-fields.ts";
import { KnownLine } from "./known-line.ts";
import type { StatedLine } from "./request-head.ts";

/** Longer heads are not kept: a connection that is idle is not to take much memory for them. */
const longestHead = 1024;
const mostFields = 32;
/** Requests for which nothing is kept, at most, of a connection whose heads are never the same. */
const longestPause = 1024;

/** One part of a head: where it is never the same, it is kept again after twice as many requests as before. */
class Keeping<Known> {
  known: Known | null;
  #pause: number;
  #left: number;

  constructor() {
    this.known = null;
    // The first request of many a connection is its only one.
    this.#pause = 1;
    this.#left = 1;
  }

  /** It has come again. */
  met(): void {
    this.#pause = 1;
  }

  /** It has not; true where the new one is to be kept. */
  missed(): boolean {
    if (this.#left > 0) {
      this.#left -= 1;
      return false;
    }
    this.#left = this.#pause;
    this.#pause = Math.min(this.#pause * 2, longestPause);
    return true;
  }
}

/**
 * The head that a connection had last, or some requests ago. Nearly always the next one has the same fields, and often the same request line: then
 * neither is read nor checked again. Both are told by their bytes, all of which must be the same, so that there is nothing that
 * two heads could be taken for each other by.
 */
export class HeadMemory {
  readonly #line: Keeping<KnownLine> = new Keeping();
  readonly #fields: Keeping<KnownFields> = new Keeping();

  /** Whether there is anything to compare with. */
  get isEmpty(): boolean {
    return this.#fields.known === null;
  }

  /** The line that stands at `start` again; null for any other. */
  lineAt(view: DataView, start: number, end: number): KnownLine | null {
    const { known } = this.#line;
    if (known === null || !known.bytes.isAt(view, start, end)) return null;
    this.#line.met();
    return known;
  }

  /** The fields that stand at `start` again; null for any others. */
  fieldsAt(view: DataView, start: number, end: number): KnownFields | null {
    const { known } = this.#fields;
    if (known === null || !known.isAt(view, start, end)) return null;
    this.#fields.met();
    return known;
  }

  /** Another line came than was known, which ends at `lineEnd`. */
  missedLine(stated: StatedLine, { bytes, start, end }: HeadBytes, lineEnd: number): void {
    if (end - start > longestHead || !this.#line.missed()) return;
    this.#line.known = new KnownLine(stated, new KnownBytes(bytes, start, lineEnd));
  }

  /** Other fields came than were known, which begin at `fieldsStart`. */
  missedFields(fields: HeadFields, head: HeadBytes, fieldsStart: number, outcome: FieldsOutcome): void {
    if (head.end - head.start > longestHead || fields.count > mostFields || !this.#fields.missed()) return;
    fields.keep();
    this.#fields.known = new KnownFields(fields, head, fieldsStart, outcome);
  }
}
