import { HpackError } from "./hpack-error.ts";
import { END_OF_STRING, huffmanCodes, huffmanLengths } from "./huffman-code.ts";

/** A state is an inner node of the code's tree; from each, four bits lead to the next. */
const STATES = 256;
/** In a step: a symbol is complete, and stands in the byte above the next state. */
const SYMBOL = 1 << 16;
/** In a step: the bits held the code for the end of the string, which is an error. */
const FAILED = 1 << 17;

/** By state and four bits: the next state, and what was read on the way. 16 KiB, so that it stays in the first-level cache. */
const steps = new Uint32Array(STATES * 16);
/** States in which a string may end: up to seven bits of ones since the last symbol (RFC 7541 §5.2). */
const isEnd = new Uint8Array(STATES);

buildSteps();

/**
 * Decodes the string in `bytes[start, end)` into `target`, which must have room for 8 bytes to each 5. Returns how many
 * there are.
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number, target: Uint8Array): number {
  let length = 0;
  let step = 0;
  let seen = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    step = steps[((step & 0xff) << 4) | (byte >> 4)] ?? FAILED;
    seen |= step;
    if ((step & SYMBOL) !== 0) target[length++] = step >> 8;
    step = steps[((step & 0xff) << 4) | (byte & 0xf)] ?? FAILED;
    seen |= step;
    if ((step & SYMBOL) !== 0) target[length++] = step >> 8;
  }
  if ((seen & FAILED) !== 0) throw new HpackError("a string holds the code for its end");
  if (isEnd[step & 0xff] !== 1) throw new HpackError("a string ends within a symbol");
  return length;
}

/** The tree: two children to a node, positive for an inner node, and for a symbol its complement. */
function buildTree(): Int32Array {
  const tree = new Int32Array(STATES * 2);
  let nodes = 1;
  for (let symbol = 0; symbol <= END_OF_STRING; symbol += 1) {
    const code = huffmanCodes[symbol] ?? 0;
    let node = 0;
    for (let bit = (huffmanLengths[symbol] ?? 0) - 1; bit > 0; bit -= 1) {
      const child = node * 2 + ((code >> bit) & 1);
      if (tree[child] === 0) tree[child] = nodes++;
      node = tree[child] ?? 0;
    }
    tree[node * 2 + (code & 1)] = ~symbol;
  }
  return tree;
}

function buildSteps(): void {
  const tree = buildTree();
  for (let state = 0; state < STATES; state += 1)
    for (let bits = 0; bits < 16; bits += 1) steps[state * 16 + bits] = buildStep(tree, state, bits);
  let node = 0;
  for (let ones = 0; ones <= 7; ones += 1) {
    isEnd[node] = 1;
    node = tree[node * 2 + 1] ?? 0;
  }
}

function buildStep(tree: Int32Array, state: number, bits: number): number {
  let node = state;
  let read = 0;
  for (let bit = 3; bit >= 0; bit -= 1) {
    const child = tree[node * 2 + ((bits >> bit) & 1)] ?? 0;
    node = Math.max(child, 0);
    if (child < 0) read = ~child === END_OF_STRING ? FAILED : SYMBOL | (~child << 8);
  }
  return node | read;
}
