/** Lists with more items are written in pieces. */
const longList = 128;
/** Characters of a piece: what a socket takes at once, and what V8 has in its young generation. */
const pieceLength = 48 * 1024;
/** Items of a list's first piece: its length tells how many make the next one. */
const firstItems = 16;
/** How far below the root long lists are looked for: `data`, a connection, its `edges`. */
const depthMost = 4;

/** Whether a response is to be written in pieces: near its root there is a list of many. */
export function isLong(value: unknown, depth: number = depthMost): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.length > longList;
  if (depth === 0) return false;
  for (const name in value) if (isLong(value[name as keyof typeof value], depth - 1)) return true;
  return false;
}

/** The JSON text of a value of which JSON can state all, in pieces that are put together when they are asked for. */
export function* jsonPieces(value: unknown): Generator<string> {
  let text = "";
  for (const part of partsOf(value, depthMost)) {
    text += part;
    if (text.length < pieceLength / 2) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

function* partsOf(value: unknown, depth: number): Generator<string> {
  if (!isLong(value, depth) || typeof value !== "object" || value === null) yield JSON.stringify(value);
  else if (Array.isArray(value)) yield* listParts(value);
  else {
    let before = "{";
    for (const [name, member] of Object.entries(value)) {
      yield `${before}${JSON.stringify(name)}:`;
      yield* partsOf(member, depth - 1);
      before = ",";
    }
    yield "}";
  }
}

function* listParts(list: readonly unknown[]): Generator<string> {
  let count = firstItems;
  for (let at = 0; at < list.length; ) {
    const text = JSON.stringify(list.slice(at, at + count));
    yield (at === 0 ? "[" : ",") + text.slice(1, -1);
    at += count;
    count = Math.max(1, Math.floor((count * pieceLength) / text.length));
  }
  yield "]";
}
