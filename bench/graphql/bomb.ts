/** A request that is meant to cost more than it looks like. */
export interface Bomb {
  readonly what: string;
  /** Content of the request. */
  readonly body: string;
}

/** Characters of each content, about. */
export const size = 100_000;

/** As many repetitions as make the size. */
export function filled(part: (index: number) => string, length: number = size): string {
  const parts: string[] = [];
  for (let made = 0, index = 0; made < length; index++) {
    const text = part(index);
    parts.push(text);
    made += text.length;
  }
  return parts.join("");
}

export function times(count: number, part: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => part(index)).join("");
}

/** Filled up with what no token is made of, to be no shorter than others. */
function padded(document: string): string {
  return document + ",".repeat(Math.max(0, size - document.length));
}

export function document(what: string, query: string): Bomb {
  return { what, body: JSON.stringify({ query: padded(query) }) };
}
