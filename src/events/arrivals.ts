import { LRUCache } from "lru-cache";
import type { Piece } from "./pieces.ts";

/** Nodes that are remembered: those that have not been heard for longest are forgotten first. */
const mostNodes = 10_000;

/** Bytes of a message that is not whole yet; more is no message of ours. */
const mostBytes = 64 * 1024 * 1024;

interface Node {
  /** The number of its last message that came whole. */
  last: number;
  parts: string[];
  bytes: number;
}

/** What came of one piece. */
export interface Arrival {
  /** The message that is whole with it; null where more is to come. */
  readonly message: string | null;
  /** Something that the node has sent before has not come. */
  readonly hasGap: boolean;
}

const nothing: Arrival = { message: null, hasGap: false };
const gap: Arrival = { message: null, hasGap: true };

/** Puts messages of other nodes together, and notices when one is missing. */
export class Arrivals {
  readonly #nodes: LRUCache<string, Node> = new LRUCache({ max: mostNodes });

  add({ origin, number, index, count, text }: Piece): Arrival {
    const node = this.#nodes.get(origin) ?? this.#enter(origin, number);
    const expected =
      index === 0 ? number === node.last + 1 : number === node.last + 1 && index === node.parts.length;
    if (index === 0) {
      node.parts = [];
      node.bytes = 0;
    }
    // Of a message whose beginning is lost nothing is kept; the next whole one tells of the gap.
    if (index !== node.parts.length) return nothing;
    node.parts.push(text);
    node.bytes += text.length;
    if (node.bytes > mostBytes) return this.#lose(node, number);
    if (index + 1 < count) return expected ? nothing : this.#skip(node, number);
    const message = node.parts.join("");
    node.parts = [];
    node.last = number;
    return { message, hasGap: !expected };
  }

  #enter(origin: string, number: number): Node {
    const node = { last: number - 1, parts: [], bytes: 0 };
    this.#nodes.set(origin, node);
    return node;
  }

  #skip(node: Node, number: number): Arrival {
    node.last = number - 1;
    return gap;
  }

  #lose(node: Node, number: number): Arrival {
    node.parts = [];
    node.bytes = 0;
    node.last = number;
    return gap;
  }
}
