import { isUtf8 } from "node:buffer";

/**
 * Where a check of UTF-8 (RFC 3629 §4) stands between two bytes: at the start of a character, with so many bytes to come, or
 * after a first byte that narrows the second.
 */
export const CHARACTER = 0;
const ONE_MORE = 1;
const TWO_MORE = 2;
const THREE_MORE = 3;
/** E0: no overlong form. */
const AFTER_E0 = 4;
/** ED: no surrogate. */
const AFTER_ED = 5;
/** F0: no overlong form. */
const AFTER_F0 = 6;
/** F4: nothing beyond U+10FFFF. */
const AFTER_F4 = 7;
export const INVALID = 8;

/** Checks a further piece of a text that comes in pieces; returns the state after it. */
export function checkUtf8(state: number, bytes: Uint8Array): number {
  let start = 0;
  while (state !== CHARACTER && state !== INVALID && start < bytes.length)
    state = next(state, bytes[start++] ?? 0);
  if (state !== CHARACTER) return state;
  const end = lastCharacter(bytes, start);
  // The bulk is left to native code, which is many times faster.
  if (end > start && !isUtf8(bytes.subarray(start, end))) return INVALID;
  for (let index = end; index < bytes.length; index += 1) state = next(state, bytes[index] ?? 0);
  return state;
}

/** Where the last character begins if it may be incomplete, which is in the last three bytes; else the end. */
function lastCharacter(bytes: Uint8Array, start: number): number {
  for (let index = bytes.length - 1; index >= start && index >= bytes.length - 3; index -= 1)
    if ((bytes[index] ?? 0) >= 0xc0) return index;
  return bytes.length;
}

function next(state: number, byte: number): number {
  switch (state) {
    case CHARACTER:
      return first(byte);
    case ONE_MORE:
      return within(byte, 0x80, 0xbf, CHARACTER);
    case TWO_MORE:
      return within(byte, 0x80, 0xbf, ONE_MORE);
    case THREE_MORE:
      return within(byte, 0x80, 0xbf, TWO_MORE);
    case AFTER_E0:
      return within(byte, 0xa0, 0xbf, ONE_MORE);
    case AFTER_ED:
      return within(byte, 0x80, 0x9f, ONE_MORE);
    case AFTER_F0:
      return within(byte, 0x90, 0xbf, TWO_MORE);
    case AFTER_F4:
      return within(byte, 0x80, 0x8f, TWO_MORE);
    default:
      return INVALID;
  }
}

function first(byte: number): number {
  if (byte < 0x80) return CHARACTER;
  if (byte < 0xc2) return INVALID;
  if (byte < 0xe0) return ONE_MORE;
  if (byte === 0xe0) return AFTER_E0;
  if (byte === 0xed) return AFTER_ED;
  if (byte < 0xf0) return TWO_MORE;
  if (byte === 0xf0) return AFTER_F0;
  if (byte < 0xf4) return THREE_MORE;
  return byte === 0xf4 ? AFTER_F4 : INVALID;
}

function within(byte: number, low: number, high: number, then: number): number {
  return byte >= low && byte <= high ? then : INVALID;
}
