import type { HeadFields } from "./head-fields.ts";
import type { KnownFields } from "./known-fields.ts";
import type { KnownLine } from "./known-line.ts";

/** Longer heads are not kept: a connection that is idle is not to take much memory for them. */
const longestHead = 1024;
const mostFields = 32;
/** Requests for which nothing is kept, at most, of a connection whose heads are never the same. */
const longestPause = 1024;

/** Requests after which what has not come again is given up. */
const mostMisses = 4;

/** One part of a head. Where it is never the same, it is kept, and compared, after twice as many requests as before. */
class Keeping<Known> {
  /** Null for nothing that is to be compared. */
  known: Known | null;
  #misses: number;
  #pause: number;
  #left: number;

  constructor() {
    this.known = null;
    this.#misses = 0;
    this.#pause = 1;
    // The first request of many a connection is its only one.
    this.#left = 1;
  }

  /** It has come again. */
  met(): void {
    this.#misses = 0;
    this.#pause = 1;
  }

  /** It has not; true where the new one is to be kept. */
  missed(): boolean {
    this.#misses += 1;
    if (this.#misses >= mostMisses) this.known = null;
    if (this.#left > 0) {
      this.#left -= 1;
      return false;
    }
    this.#left = this.#pause;
    this.#pause = Math.min(this.#pause * 2, longestPause);
    return true;
  }

  keep(known: Known): void {
    this.known = known;
    this.#misses = 0;
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
    return this.#line.known === null && this.#fields.known === null;
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

  /** Another line came than was known; true where it is to be kept, of a head of so many bytes. */
  missedLine(headLength: number): boolean {
    return headLength <= longestHead && this.#line.missed();
  }

  /** Other fields came than were known; true where they are to be kept. */
  missedFields(fields: HeadFields, headLength: number): boolean {
    return headLength <= longestHead && fields.count <= mostFields && this.#fields.missed();
  }

  keepLine(line: KnownLine): void {
    this.#line.keep(line);
  }

  keepFields(fields: KnownFields): void {
    this.#fields.keep(fields);
  }
}
