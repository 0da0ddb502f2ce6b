import { FieldMarks } from "../hpack/field-marks.ts";
import { byteClasses, TARGET, TOKEN, VALUE } from "../http1/byte-classes.ts";
import { isHost } from "../http1/target.ts";

/** What a field of a request is, as far as HTTP/2 cares. Pseudo-header fields come first, see {@link isPseudo}. */
export const METHOD = 1;
export const PATH = 2;
export const SCHEME = 3;
export const AUTHORITY = 4;
export const PROTOCOL = 5;
export const PLAIN = 8;
export const HOST = 9;
export const COOKIE = 10;
export const CONTENT_LENGTH = 11;
export const EXPECT = 12;
/** A trailer section may not have it (RFC 9110 §6.5.1); in a head it is plain. */
export const HEAD_ONLY = 13;
/** The request is malformed by it (RFC 9113 §8.1.1). */
export const MALFORMED = 15;

/** RFC 9113 §8.3. */
export function isPseudo(mark: number): boolean {
  return mark < PLAIN;
}

const pseudoMarks = new Map<string, number>([
  [":method", METHOD],
  [":path", PATH],
  [":scheme", SCHEME],
  [":authority", AUTHORITY],
  [":protocol", PROTOCOL],
]);

const specialMarks = new Map<string, number>([
  ["host", HOST],
  ["cookie", COOKIE],
  ["content-length", CONTENT_LENGTH],
  ["expect", EXPECT],
  ["authorization", HEAD_ONLY],
  ["cache-control", HEAD_ONLY],
  ["content-encoding", HEAD_ONLY],
  ["content-range", HEAD_ONLY],
  ["content-type", HEAD_ONLY],
  ["max-forwards", HEAD_ONLY],
  ["range", HEAD_ONLY],
  ["te", HEAD_ONLY],
  ["trailer", HEAD_ONLY],
  // About the connection, which HTTP/2 says by other means (§8.2.2).
  ["connection", MALFORMED],
  ["keep-alive", MALFORMED],
  ["proxy-connection", MALFORMED],
  ["transfer-encoding", MALFORMED],
  ["upgrade", MALFORMED],
]);

/**
 * What each field of a table is. It is found out once for each entry, so that the fields which a peer sends again and again
 * are not looked at again.
 */
export const requestMarks: FieldMarks = new FieldMarks(markOf);

function markOf(name: string, value: string): number {
  if (name.charCodeAt(0) === 0x3a)
    return isGoodPseudo(name, value) ? (pseudoMarks.get(name) ?? MALFORMED) : MALFORMED;
  if (!isGoodName(name) || !isGoodValue(value)) return MALFORMED;
  // RFC 9113 §8.2.2: of TE there is but this one value.
  if (name === "te" && value.toLowerCase() !== "trailers") return MALFORMED;
  return specialMarks.get(name) ?? PLAIN;
}

function isGoodPseudo(name: string, value: string): boolean {
  switch (name) {
    case ":path":
      return value !== "" && consistsOf(value, TARGET);
    case ":scheme":
      return /^[a-z][a-z0-9+.-]*$/i.test(value);
    case ":authority":
      return isHost(value);
    default:
      return value !== "" && consistsOf(value, TOKEN);
  }
}

/** A token in lower case (§8.2.1): what HTTP/1.1 lets pass a proxy could otherwise end a line there. */
function isGoodName(name: string): boolean {
  for (let index = 0; index < name.length; index += 1) {
    const code = name.charCodeAt(index);
    if (((byteClasses[code] ?? 0) & TOKEN) === 0 || (code >= 0x41 && code <= 0x5a)) return false;
  }
  return name !== "";
}

/** No control characters, and no white space at either end (§8.2.1). */
function isGoodValue(value: string): boolean {
  return (
    consistsOf(value, VALUE) && !isBlank(value.charCodeAt(0)) && !isBlank(value.charCodeAt(value.length - 1))
  );
}

function consistsOf(text: string, bits: number): boolean {
  for (let index = 0; index < text.length; index += 1)
    if (((byteClasses[text.charCodeAt(index)] ?? 0) & bits) === 0) return false;
  return true;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
