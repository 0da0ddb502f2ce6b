/** Where a piece of a message belongs. */
export interface Piece {
  /** The node that it comes from. */
  readonly origin: string;
  /** Counts the node's messages, without gaps. */
  readonly number: number;
  readonly index: number;
  readonly count: number;
  readonly text: string;
}

/** Bytes that are left for what stands before a piece's text. */
const headBytes = 100;
const pattern = /^([\w-]+) (\d+) (\d+) (\d+)\n/;

/** A message as texts of `mostBytes` at most. */
export function toPieces(
  origin: string,
  number: number,
  message: string,
  mostBytes: number,
): readonly string[] {
  const parts = cut(message, mostBytes - headBytes);
  return parts.map((text, index) => `${origin} ${number} ${index} ${parts.length}\n${text}`);
}

/** Null for what is none: whoever may write to the server may write anything. */
export function toPiece(text: string): Piece | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [head, origin = "", number, index, count] = match;
  return {
    origin,
    number: Number(number),
    index: Number(index),
    count: Number(count),
    text: text.slice(head.length),
  };
}

/** Parts of `mostBytes` of UTF-8 at most; no character is cut in two. */
function cut(text: string, mostBytes: number): readonly string[] {
  if (Buffer.byteLength(text) <= mostBytes) return [text];
  const bytes = Buffer.from(text);
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; ) {
    let end = Math.min(bytes.length, start + mostBytes);
    // 10xxxxxx goes on with a character (RFC 3629).
    while (end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
    parts.push(bytes.toString("utf8", start, end));
    start = end;
  }
  return parts;
}
