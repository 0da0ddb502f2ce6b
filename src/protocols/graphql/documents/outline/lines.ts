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
    const line = lineOf(this.#starts, at);
    return { line, column: at + 1 - (this.#starts[line - 1] ?? 0) };
  }
}

function startsOf(text: string): readonly number[] {
  const starts = [0];
  const end = /\r\n|[\n\r]/g;
  while (end.test(text)) starts.push(end.lastIndex);
  return starts;
}

/** How many lines begin at a place or before it. */
function lineOf(starts: readonly number[], at: number): number {
  let below = 0;
  let above = starts.length;
  while (below < above) {
    const middle = (below + above) >>> 1;
    if ((starts[middle] ?? 0) <= at) below = middle + 1;
    else above = middle;
  }
  return below;
}
