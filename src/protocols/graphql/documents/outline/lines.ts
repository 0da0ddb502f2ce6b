import type { SourceLocation } from "../../error.ts";

/** Tells line and column of places in a text (GraphQL, September 2025, §2.1.3). Goes through it once, however many places there are. */
export class Lines {
  readonly #text: string;
  #starts: readonly number[] | null;

  constructor(text: string) {
    this.#text = text;
    this.#starts = null;
  }

  locate(at: number): SourceLocation {
    this.#starts ??= startsOf(this.#text);
    const next = this.#starts.findIndex((start) => start > at);
    const line = next < 0 ? this.#starts.length : next;
    return { line, column: at + 1 - (this.#starts[line - 1] ?? 0) };
  }
}

function startsOf(text: string): readonly number[] {
  return [0, ...Array.from(text.matchAll(/\r\n|[\n\r]/g), ({ 0: end, index }) => index + end.length)];
}
