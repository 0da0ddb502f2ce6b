import { longList, PiecedList, toPieces } from "./pieced-list.ts";

/** How far below the root long lists are looked for: `data`, a connection, its `edges`. */
const depthMost = 4;

/** Whether a response is to be written in pieces: near its root there is a list of many. */
export function isLong(value: unknown, depth: number = depthMost): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (Array.isArray(value)) return value.length > longList;
  if (value instanceof PiecedList) return true;
  if (depth === 0) return false;
  for (const name in value) if (isLong(value[name as keyof typeof value], depth - 1)) return true;
  return false;
}

/** The JSON of a value of which JSON can state all, in pieces. */
export function jsonPieces(value: unknown): readonly Uint8Array[] {
  const pieces = new Pieces();
  write(value, depthMost, pieces);
  pieces.end();
  return pieces.made;
}

/** Text and bytes, one after the other. */
class Pieces {
  readonly made: Uint8Array[] = [];
  #text = "";

  add(text: string): void {
    this.#text += text;
  }

  addList({ pieces }: PiecedList): void {
    this.end();
    for (const piece of pieces) this.made.push(piece);
    this.add("]");
  }

  end(): void {
    if (this.#text === "") return;
    this.made.push(Buffer.from(this.#text));
    this.#text = "";
  }
}

function write(value: unknown, depth: number, pieces: Pieces): void {
  if (value instanceof PiecedList) pieces.addList(value);
  else if (!isLong(value, depth) || typeof value !== "object" || value === null)
    pieces.add(JSON.stringify(value));
  else if (Array.isArray(value)) pieces.addList(toPieces(value));
  else writeMembers(value, depth, pieces);
}

function writeMembers(value: object, depth: number, pieces: Pieces): void {
  let before = "{";
  for (const [name, member] of Object.entries(value)) {
    pieces.add(`${before}${JSON.stringify(name)}:`);
    write(member, depth - 1, pieces);
    before = ",";
  }
  pieces.add("}");
}
