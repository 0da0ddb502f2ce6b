import { endOfString } from "./json-nesting.ts";

/**
 * The path of a member that a JSON text states twice in one object, `home.city` or `items[2].name`; null where there is none. Parsers
 * disagree on which of them holds (RFC 8259 §4), so that who checks a text and who acts on it may see different things: I-JSON
 * forbids it (RFC 7493 §2.3). `value` is what the text, which must be JSON, was parsed to.
 */
export function repeatedMember(text: string, value: unknown): string | null {
  // The common case costs about 0.2 µs: each member that was stated has its colon, and was not lost.
  return colonsAfterNames(text) === members(value) ? null : new MemberScan(text).repeated();
}

/** Colons that may stand after a name: all that do, and some within strings. */
function colonsAfterNames(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1))
    if (isAfterQuotationMark(text, at)) count++;
  return count;
}

function isAfterQuotationMark(text: string, at: number): boolean {
  let before = at - 1;
  while (text.charCodeAt(before) <= 0x20) before--;
  return text.charCodeAt(before) === 0x22;
}

/** How many members a value has, and the objects within it. It may be nested without end, so it is not gone through by recursion. */
function members(value: unknown): number {
  let count = 0;
  const pending: unknown[] = [value];
  for (let each = pending.pop(); each !== undefined; each = pending.pop()) {
    if (Array.isArray(each)) {
      for (const item of each) if (typeof item === "object" && item !== null) pending.push(item);
    } else if (isObject(each)) {
      // What JSON is parsed to inherits no members; and of thousands `Object.values` would take three times as long.
      for (const name in each) {
        count++;
        const member = each[name];
        if (typeof member === "object" && member !== null) pending.push(member);
      }
    }
  }
  return count;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** An object or a list that is open. */
class Open {
  /** Null for a list. */
  readonly names: Set<string> | null;
  /** The member, or the item, that the scan is in. */
  name: string;
  index: number;
  /** Whether a string that comes is the name of a member. */
  expectsName: boolean;

  constructor(isObject: boolean) {
    this.names = isObject ? new Set() : null;
    this.name = "";
    this.index = 0;
    this.expectsName = isObject;
  }
}

/** Goes through a JSON text from name to name. */
class MemberScan {
  readonly #text: string;
  readonly #open: Open[];
  #at: number;

  constructor(text: string) {
    this.#text = text;
    this.#open = [];
    this.#at = 0;
  }

  repeated(): string | null {
    for (; this.#at < this.#text.length; this.#at++) {
      const open = this.#open.at(-1);
      switch (this.#text[this.#at]) {
        case "{":
          this.#open.push(new Open(true));
          break;
        case "[":
          this.#open.push(new Open(false));
          break;
        case "}":
        case "]":
          this.#open.pop();
          break;
        case ",":
          if (open !== undefined) next(open);
          break;
        case '"':
          if (this.#isRepeated(open)) return this.#path();
          break;
      }
    }
    return null;
  }

  /** Reads a string; whether it is a name that its object has already. */
  #isRepeated(open: Open | undefined): boolean {
    const start = this.#at;
    this.#at = endOfString(this.#text, start);
    if (open?.names == null || !open.expectsName) return false;
    open.expectsName = false;
    open.name = JSON.parse(this.#text.slice(start, this.#at + 1));
    if (open.names.has(open.name)) return true;
    open.names.add(open.name);
    return false;
  }

  #path(): string {
    return this.#open
      .map(({ names, name, index }) => (names === null ? `[${index}]` : `.${name.slice(0, 64)}`))
      .join("")
      .replace(/^\./, "");
  }
}

function next(open: Open): void {
  open.index++;
  open.expectsName = open.names !== null;
}
