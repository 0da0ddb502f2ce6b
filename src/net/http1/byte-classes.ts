/** tchar, RFC 9110 §5.6.2. */
export const TOKEN = 1;
/** field-vchar, obs-text, SP and HTAB, RFC 9110 §5.5. */
export const VALUE = 2;
/** Of a request target: visible ASCII, but never `#`, since a fragment is not sent (RFC 9112 §3.2). */
export const TARGET = 4;
/** Of the uri-host of a Host field with its port, RFC 3986 §3.2.2. */
export const HOST = 8;

const SEPARATORS = '"(),/:;<=>?@[\\]{}';

/** What each of the 256 bytes may be part of, as bits. */
export const byteClasses: Uint8Array = new Uint8Array(256);

for (let byte = 0; byte < 256; byte += 1) {
  const visible = byte > 0x20 && byte < 0x7f;
  const character = String.fromCharCode(byte);
  let bits = 0;
  if (visible && !SEPARATORS.includes(character)) bits |= TOKEN;
  if (visible || byte >= 0x80 || byte === 0x20 || byte === 0x09) bits |= VALUE;
  if (visible && character !== "#") bits |= TARGET;
  if (/[0-9a-zA-Z\-._~%!$&'()*+,;=:[\]]/.test(character)) bits |= HOST;
  byteClasses[byte] = bits;
}

export const CR = 0x0d;
export const LF = 0x0a;
export const SPACE = 0x20;
export const TAB = 0x09;
export const COLON = 0x3a;
export const QUESTION_MARK = 0x3f;
export const SLASH = 0x2f;
export const ASTERISK = 0x2a;
export const SEMICOLON = 0x3b;
export const EQUALS = 0x3d;
export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;

/** Compares bytes with a word of lower-case letters and hyphens, whatever their case. The lengths are equal already. */
export function isWord(bytes: Uint8Array, start: number, word: string): boolean {
  for (let index = 0; index < word.length; index += 1) {
    if (((bytes[start + index] ?? 0) | 0x20) !== word.charCodeAt(index)) return false;
  }
  return true;
}
