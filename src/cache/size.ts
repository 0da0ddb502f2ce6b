/** Rough costs on a 64-bit V8. */
const objectBytes = 32;
const memberBytes = 16;
const textBytes = 24;
const scalarBytes = 16;

/** Parts counted at most: large enough for any answer, and an end for values that contain themselves. */
const mostParts = 200_000;

/** About how many bytes of memory a value takes. */
export function sizeOf(value: unknown): number {
  const waiting: unknown[] = [value];
  let bytes = 0;
  for (let parts = 0; waiting.length > 0 && parts < mostParts; parts++) {
    bytes += sizeOfOne(waiting.pop(), waiting);
  }
  return bytes;
}

/** The size of a value without its members, which go to `waiting`. */
function sizeOfOne(value: unknown, waiting: unknown[]): number {
  if (typeof value === "string") return sizeOfText(value);
  if (typeof value !== "object" || value === null) return scalarBytes;
  if (ArrayBuffer.isView(value)) return objectBytes + value.byteLength;
  if (value instanceof Map || value instanceof Set) {
    for (const member of value) waiting.push(member);
    return objectBytes + value.size * memberBytes;
  }
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  for (const member of members) waiting.push(member);
  return objectBytes + members.length * memberBytes;
}

/** About the bytes of a text; one byte a character, as V8 keeps what is Latin-1. */
export function sizeOfText(text: string): number {
  return textBytes + text.length;
}
