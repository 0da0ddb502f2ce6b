/** Bytes of a UUID as text (RFC 9562 §4), and words of them. */
const idLength = 36;
const idWords = idLength / 4;
/** Words that tell ids apart: those made one after the other differ at the end, others all over. */
const sampled = [0, 3, 5, 7, 8] as const;
const HYPHEN = 0x2d;

/** A power of two. All of them take less than 1 MiB. */
const places = 4096;

/**
 * The texts of ids that callers state again and again, found by their bytes: the text is the same one each time then, whose hash V8 knows and which it has
 * among its names, where handlers and caches look rows up by it. A new text costs as much as all else of reading a content.
 * Nothing but UUIDs is kept, so that no secret is, and only what comes for the second time.
 */
export class RecentIds {
  readonly #seen: Int32Array = new Int32Array(places);
  /** The words of the ids, one after the other: what is compared is in one place of the memory. */
  readonly #words: Int32Array = new Int32Array(places * idWords);
  readonly #texts: string[] = new Array<string>(places).fill("");

  /** The text of bytes of ASCII, which begin at `start` of `content` and at `at` of the view of its memory. */
  text(content: Buffer, start: number, length: number, view: DataView, at: number): string {
    const end = start + length;
    if (length !== idLength || !isId(view, at)) return content.toString("latin1", start, end);
    const fingerprint = fingerprintOf(view, at);
    const place = (fingerprint ^ (fingerprint >>> 16)) & (places - 1);
    if (this.#isAt(place, view, at)) return this.#texts[place] ?? "";
    const text = content.toString("latin1", start, end);
    if (this.#seen[place] === fingerprint) this.#keep(place, text, view, at);
    else this.#seen[place] = fingerprint;
    return text;
  }

  #isAt(place: number, view: DataView, at: number): boolean {
    const words = this.#words;
    const first = place * idWords;
    // No id has words of zeros, which stand where none is kept.
    for (let index = 0; index < idWords; index++)
      if (words[first + index] !== view.getInt32(at + index * 4, true)) return false;
    return true;
  }

  #keep(place: number, text: string, view: DataView, at: number): void {
    for (let index = 0; index < idWords; index++)
      this.#words[place * idWords + index] = view.getInt32(at + index * 4, true);
    this.#texts[place] = text;
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
    hash = Math.imul(hash ^ view.getInt32(at + (sampled[index] ?? 0) * 4, true), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
