import { KnownBytes } from "../../../net/known-bytes.ts";

/** Bytes of a UUID as text (RFC 9562 §4). */
const idLength = 36;
/** Where words of its text begin that tell ids apart: those made one after the other differ at the end, others all over. */
const sampled = [0, 4, 9, 14, 19, 24, 28, 32] as const;
const HYPHEN = 0x2d;

/** A power of two. All of them take less than 1 MiB. */
const places = 4096;

interface KeptId {
  readonly bytes: KnownBytes;
  readonly text: string;
}

/**
 * The texts of ids that callers state again and again, found by their bytes: the text is the same one each time then, whose hash V8 knows and which it has
 * among its names, where handlers and caches look rows up by it. A new text costs as much as all else of reading a content.
 * Nothing but UUIDs is kept, so that no secret is, and only what comes for the second time.
 */
export class RecentIds {
  readonly #seen: Int32Array = new Int32Array(places);
  readonly #kept: (KeptId | null)[] = new Array<KeptId | null>(places).fill(null);

  /** The text of bytes of ASCII, which begin at `start` of `content` and at `at` of the view of its memory. */
  text(content: Buffer, start: number, length: number, view: DataView, at: number): string {
    const end = start + length;
    if (length !== idLength || !isId(view, at)) return content.toString("latin1", start, end);
    const fingerprint = fingerprintOf(view, at);
    const place = (fingerprint ^ (fingerprint >>> 16)) & (places - 1);
    const kept = this.#kept[place] ?? null;
    if (kept?.bytes.isAt(view, at, at + length) === true) return kept.text;
    const text = content.toString("latin1", start, end);
    if (this.#seen[place] === fingerprint)
      this.#kept[place] = { bytes: new KnownBytes(content, start, end), text };
    else this.#seen[place] = fingerprint;
    return text;
  }
}

function isId(view: DataView, at: number): boolean {
  return (
    view.getUint8(at + 8) === HYPHEN &&
    view.getUint8(at + 13) === HYPHEN &&
    view.getUint8(at + 18) === HYPHEN &&
    view.getUint8(at + 23) === HYPHEN
  );
}

function fingerprintOf(view: DataView, at: number): number {
  let hash = 0;
  for (let index = 0; index < sampled.length; index++)
    hash = Math.imul(hash ^ view.getInt32(at + (sampled[index] ?? 0), true), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
