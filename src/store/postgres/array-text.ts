/** Reads an array of one dimension, as PostgreSQL writes it (8.15.6). An element that is none is null. */
export function fromArray(text: string): (string | null)[] {
  const reader = new ArrayReader(text);
  const elements: (string | null)[] = [];
  while (reader.hasMore) elements.push(reader.next());
  return elements;
}

/** Elements are found by their ends, not letter by letter: most have neither quotes nor backslashes in them. */
class ArrayReader {
  readonly #text: string;
  /** Of the closing brace. */
  readonly #last: number;
  #at: number;
  /** The first backslash that has not been passed; the end where there is none. */
  #backslash: number;

  constructor(text: string) {
    this.#text = text;
    this.#last = text.length - 1;
    this.#at = 1;
    this.#backslash = this.#nextBackslash(0);
  }

  get hasMore(): boolean {
    return this.#at < this.#last;
  }

  next(): string | null {
    return this.#text.charCodeAt(this.#at) === quote ? this.#quoted() : this.#plain();
  }

  #plain(): string | null {
    const comma = this.#text.indexOf(",", this.#at);
    const end = comma === -1 ? this.#last : comma;
    const element = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return element === "NULL" ? null : element;
  }

  #quoted(): string {
    const begin = this.#at + 1;
    let end = this.#text.indexOf('"', begin);
    const isEscaped = this.#backslash < end;
    while (this.#backslash < end) {
      const next = this.#backslash + 2;
      this.#backslash = this.#nextBackslash(next);
      if (next > end) end = this.#text.indexOf('"', next);
    }
    // Behind the quote there is a comma, or the brace.
    this.#at = end + 2;
    const element = this.#text.slice(begin, end);
    return isEscaped ? element.replace(/\\(.)/gs, "$1") : element;
  }

  #nextBackslash(from: number): number {
    const found = this.#text.indexOf("\\", from);
    return found === -1 ? this.#text.length : found;
  }
}

const quote = 0x22;
