import type { TableEntry } from "./table-entry.ts";

/** A power of two; so many fields of one connection are kept at most. */
const PLACES = 32;
const PLACE_SHIFT = 32 - Math.log2(PLACES);
/** Bytes of a string with its length; what is longer seldom comes again. */
const LONGEST = 80;
/** Bytes that are looked at before all are compared. */
const SAMPLES = 8;

/** A field, and its value as it came. */
interface Kept {
  readonly fingerprint: number;
  readonly bytes: Uint8Array;
  readonly entry: TableEntry;
}

/**
 * Fields that a peer sends again and again and does not put into the table, such as the paths of RPCs and the lengths of their
 * messages: found by their bytes, so that they need not be made into texts and checked anew. What comes for the first time leaves
 * nothing but a number; nothing is kept of fields that must never be put into a table (RFC 7541 §7.1.3), nor for other connections.
 */
export class RecentLiterals {
  readonly #seen: Uint32Array;
  readonly #kept: (Kept | null)[];
  /** Of what was looked for last. */
  #fingerprint: number;

  constructor() {
    this.#seen = new Uint32Array(PLACES);
    this.#kept = new Array<Kept | null>(PLACES).fill(null);
    this.#fingerprint = 0;
  }

  /** The field of this name whose value stands in `bytes[start, end)`; null where it is not known. */
  find(name: string, bytes: Uint8Array, start: number, end: number): TableEntry | null {
    if (end - start > LONGEST) return null;
    const fingerprint = fingerprintOf(bytes, start, end);
    this.#fingerprint = fingerprint;
    const kept = this.#kept[fingerprint >>> PLACE_SHIFT] ?? null;
    if (kept === null || kept.fingerprint !== fingerprint || kept.entry.name !== name) return null;
    return isSame(kept.bytes, bytes, start, end) ? kept.entry : null;
  }

  /** Takes what was looked for last, and not found: it is kept when it comes for the second time. */
  offer(entry: TableEntry, bytes: Uint8Array, start: number, end: number): void {
    if (end - start > LONGEST) return;
    const fingerprint = this.#fingerprint;
    const place = fingerprint >>> PLACE_SHIFT;
    if (this.#seen[place] !== fingerprint) this.#seen[place] = fingerprint;
    else this.#kept[place] = { fingerprint, bytes: new Uint8Array(bytes.subarray(start, end)), entry };
  }
}

/** Of some of the bytes: paths of rows differ in the middle as well as at the end. */
function fingerprintOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  for (let sample = 0; sample < SAMPLES; sample += 1)
    hash = Math.imul(hash ^ (bytes[start + ((sample * length) >> 3)] ?? 0), 0x9e3779b1);
  return Math.imul(hash ^ (hash >>> 15) ^ (bytes[end - 1] ?? 0), 0x85ebca6b) >>> 0;
}

function isSame(kept: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (kept.length !== end - start) return false;
  for (let index = 0; index < kept.length; index += 1) if (kept[index] !== bytes[start + index]) return false;
  return true;
}
