import { KnownBytes } from "../../../net/known-bytes.ts";
import { offsetOf, viewOf } from "../../../net/read-buffer.ts";
import { RecentIds } from "./recent-ids.ts";

/** Longer contents are parsed. In bytes. */
export const longestContent: number = 4 * 1024;
/** More variables than most documents have. */
const mostVariables = 16;

/** What follows a query that comes with variables, none of which is more than a text. */
const statedForm = /^,"variables":\{(?:"[_A-Za-z]\w*":"[^"\\\0-\x1f]*"(?:,(?!\})|(?=\})))+\}\}$/;
const statedVariable = /"([_A-Za-z]\w*)":"[^"\\\0-\x1f]*"/g;
const opening = ',"variables":{';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const CLOSING_BRACE = 0x7d;

const ids = new RecentIds();

/** A query with variables, as it was read. */
export interface ReadContent {
  readonly query: string;
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * How a query and its variables were stated, where all of them are texts: clients state them in the same way the next time, and only the
 * texts are others. All bytes but theirs are known then, and they are cut out of the content, where decoding and parsing it takes five times
 * as long.
 */
export class KnownContent {
  readonly #query: string;
  readonly #names: readonly string[];
  /** What stands before each text, the quotation mark included. */
  readonly #before: readonly KnownBytes[];

  private constructor(query: string, names: readonly string[], before: readonly KnownBytes[]) {
    this.#query = query;
    this.#names = names;
    this.#before = before;
  }

  /** That of a content, which says `text` and whose query ends before `at`; null for any other. */
  static of(query: string, text: string, at: number, bytes: Uint8Array): KnownContent | null {
    // In ASCII a character is a byte.
    if (text.length > longestContent || text.length !== bytes.length) return null;
    const stated = text.slice(at);
    if (!statedForm.test(stated)) return null;
    const names = Array.from(stated.slice(opening.length).matchAll(statedVariable), ([, name = ""]) => name);
    // What is stated twice is refused, and what is inherited is not assigned.
    if (names.length > mostVariables || new Set(names).size < names.length || names.includes("__proto__"))
      return null;
    const before = names.map((name, index) =>
      toBytes(index === 0 ? `${text.slice(0, at)}${opening}"${name}":"` : `","${name}":"`),
    );
    return new KnownContent(query, names, before);
  }

  /** What a content says; null where it is stated in another way. */
  read(content: Buffer): ReadContent | null {
    if (content.length > longestContent) return null;
    const view = viewOf(content);
    const offset = offsetOf(content);
    const end = offset + content.length;
    const variables: Record<string, string> = {};
    let at = offset;
    for (let index = 0; index < this.#names.length; index++) {
      const before = this.#before[index];
      if (before === undefined || !before.isAt(view, at, end)) return null;
      const start = at + before.length;
      const textEnd = endOfText(view, start, end);
      if (textEnd < 0) return null;
      variables[this.#names[index] ?? ""] = ids.text(content, start - offset, textEnd - start, view, start);
      // The quotation mark after the last one is its own, and otherwise that which what stands before the next begins with.
      at = textEnd;
    }
    return isEnd(view, at, end) ? { query: this.#query, variables } : null;
  }
}

function toBytes(text: string): KnownBytes {
  const bytes = Buffer.from(text, "latin1");
  return new KnownBytes(bytes, 0, bytes.length);
}

/** Where the quotation mark stands after a text of ASCII that JSON states as it is; below 0 for any other. */
function endOfText(view: DataView, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const byte = view.getUint8(at);
    if (byte === QUOTE) return at;
    if (byte < 0x20 || byte >= 0x80 || byte === BACKSLASH) return -1;
  }
  return -1;
}

function isEnd(view: DataView, at: number, end: number): boolean {
  return end - at === 3 && view.getUint8(at + 1) === CLOSING_BRACE && view.getUint8(at + 2) === CLOSING_BRACE;
}
