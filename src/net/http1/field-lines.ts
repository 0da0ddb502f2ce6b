import { byteClasses, TOKEN, VALUE } from "./byte-classes.ts";

/** Fields that net writes itself: a second one would make the end of the answer ambiguous. */
const ownFields = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "date",
  "upgrade",
]);

/**
 * The lines of fields whose values come from an application. Throws a TypeError for what would not be one field each: a line
 * end, which would split the answer, or a character beyond latin1, whose lower byte may be one.
 */
export function toFieldLines(fields: readonly string[]): string {
  let lines = "";
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] ?? "";
    const value = fields[index + 1] ?? "";
    if (name === "" || !consistsOf(name, TOKEN) || ownFields.has(name))
      throw new TypeError(`The header field name ${JSON.stringify(name)} cannot be sent`);
    if (!consistsOf(value, VALUE))
      throw new TypeError(`The value of the header field ${name} holds a character that cannot be sent`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

function consistsOf(text: string, bits: number): boolean {
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0xff || ((byteClasses[code] ?? 0) & bits) === 0) return false;
  }
  return true;
}
