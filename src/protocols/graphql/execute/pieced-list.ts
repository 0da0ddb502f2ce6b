/** Lists with more items are written in pieces. */
export const longList = 128;
/** Characters of a piece: what V8 makes in its young generation. */
const pieceLength = 48 * 1024;
/** Items of a list's first piece: its length tells how many make the next one. */
const firstItems = 16;

/** A long list of an answer that is written already. */
export class PiecedList {
  /** JSON of its items, each piece with the bracket or the comma that stands before it. The bracket after them is left out. */
  readonly pieces: readonly Uint8Array[];

  constructor(pieces: readonly Uint8Array[]) {
    this.pieces = pieces;
  }

  /** The items: for an answer that is written as a whole after all, since another field of it has failed. */
  toJSON(): unknown {
    return JSON.parse(`${Buffer.concat(this.pieces).toString()}]`);
  }
}

/** How many items of a list make a piece. */
export class PieceSize {
  items: number = firstItems;

  /** Learns it from a piece. */
  learn(items: number, { length }: Uint8Array): void {
    this.items = Math.max(1, Math.floor((items * pieceLength) / length));
  }
}

/** A piece of a list, of all of whose items JSON can state all. */
export function toPiece(items: readonly unknown[], isFirst: boolean): Uint8Array {
  const bytes = Buffer.from(JSON.stringify(items));
  if (!isFirst) bytes[0] = comma;
  return bytes.subarray(0, -1);
}

const comma = 0x2c;

/** A list in pieces. */
export function toPieces(list: readonly unknown[]): PiecedList {
  const size = new PieceSize();
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < list.length; ) {
    const items = list.slice(at, at + size.items);
    const piece = toPiece(items, at === 0);
    pieces.push(piece);
    size.learn(items.length, piece);
    at += items.length;
  }
  return new PiecedList(pieces);
}
