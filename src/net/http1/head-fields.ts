/** Where a field stands in the text of its head: four numbers each, name start and end, value start and end. */
export type FieldSpans = readonly number[];

/** What a parser has found of fields; `spanCount` of the spans are those of this head. */
export interface FoundFields {
  readonly spans: FieldSpans;
  readonly spanCount: number;
  /** A bit for each length of name, mod 32. */
  readonly nameLengths: number;
  readonly framing: { readonly upgrade: boolean };
}

/** Values that are kept by name. */
const mostKept = 16;

/** The fields of a head, as they stand in its text. Values are cut out when asked for. */
export class HeadFields {
  readonly #text: string;
  readonly #spans: FieldSpans;
  /** So that the search for an absent field mostly ends at once. */
  readonly #nameLengths: number;
  /** `Connection` says that there is an `Upgrade`. */
  readonly upgrade: boolean;
  /** What was asked for by name, of fields that come again; null of others. */
  #values: Map<string, string> | null;

  constructor(text: string, found: FoundFields) {
    this.#text = text;
    this.#spans = found.spans.slice(0, found.spanCount);
    this.#nameLengths = found.nameLengths;
    this.upgrade = found.framing.upgrade;
    this.#values = null;
  }

  get count(): number {
    return this.#spans.length / 4;
  }

  /** As a flat list, names in lower case. */
  list(): string[] {
    const text = this.#text;
    const spans = this.#spans;
    const found: string[] = [];
    for (let index = 0; index < spans.length; index += 4)
      found.push(
        text.slice(spans[index], spans[index + 1]).toLowerCase(),
        text.slice(spans[index + 2], spans[index + 3]),
      );
    return found;
  }

  /** The value of a field by its lower-case name; lines of one name are joined. */
  value(name: string): string | undefined {
    if ((this.#nameLengths & (1 << (name.length & 31))) === 0) return undefined;
    return this.#values === null ? this.#find(name) : this.#kept(this.#values, name);
  }

  /** From now on, what is asked for is kept: the same fields have come again. */
  keep(): void {
    this.#values ??= new Map();
  }

  /** Where the value of a field stands in the text that there is but once. */
  span(name: string): readonly [start: number, end: number] | null {
    const spans = this.#spans;
    for (let index = 0; index < spans.length; index += 4) {
      const start = spans[index] ?? 0;
      if ((spans[index + 1] ?? 0) - start === name.length && isName(this.#text, start, name))
        return [spans[index + 2] ?? 0, spans[index + 3] ?? 0];
    }
    return null;
  }

  #kept(values: Map<string, string>, name: string): string | undefined {
    const known = values.get(name);
    if (known !== undefined) return known;
    const value = this.#find(name);
    if (value !== undefined && values.size < mostKept) values.set(name, value);
    return value;
  }

  #find(name: string): string | undefined {
    const text = this.#text;
    const spans = this.#spans;
    let value: string | undefined;
    for (let index = 0; index < spans.length; index += 4) {
      const start = spans[index] ?? 0;
      if ((spans[index + 1] ?? 0) - start !== name.length || !isName(text, start, name)) continue;
      const line = text.slice(spans[index + 2], spans[index + 3]);
      value = value === undefined ? line : value + separator(name) + line;
    }
    return value;
  }
}

/** RFC 9110 §5.3; the lines of Cookie alone are joined otherwise (RFC 6265 §4.2.1). */
function separator(name: string): string {
  return name === "cookie" ? "; " : ", ";
}

/** Compares without regard to case; `name` is in lower case. */
function isName(text: string, start: number, name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = text.charCodeAt(start + index);
    if (
      code !== name.charCodeAt(index) &&
      (code < 0x41 || code > 0x5a || code + 0x20 !== name.charCodeAt(index))
    )
      return false;
  }
  return true;
}
