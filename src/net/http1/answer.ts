import { hasNoContent } from "../no-content.ts";
import type { Refusal } from "../refusal.ts";
import { toFieldLines } from "./field-lines.ts";
import type { Output } from "./output.ts";

/** ASCII leaves as one text with its head; what is longer in UTF-8 than in characters is encoded first. */
export function writeText(output: Output, head: string, tail: string, body: string): void {
  if (body.length > joinedLength) {
    writeLong(output, head, tail, body);
    return;
  }
  const length = Buffer.byteLength(body);
  const whole = `${head}content-length: ${length}\r\n${tail}`;
  if (length === body.length) output.write(whole + body);
  else output.writeWithBytes(whole, Buffer.from(body));
}

/** Above this, text is encoded once instead of being put together, measured and copied. */
const joinedLength = 32 * 1024;

function writeLong(output: Output, head: string, tail: string, body: string): void {
  const content = Buffer.from(body);
  output.writeWithBytes(`${head}content-length: ${content.length}\r\n${tail}`, content);
}

/** The last answer of a connection, to what never became an exchange. */
export function writeRefusal(output: Output, { block, fields, body }: Refusal, dateLine: string): void {
  writeText(output, block.http1 + sendableLines(fields) + dateLine, "connection: close\r\n\r\n", body);
}

/** A renderer whose fields cannot be sent costs the answer these fields, not the process its life. */
function sendableLines(fields: readonly string[]): string {
  try {
    return toFieldLines(fields);
  } catch {
    return "";
  }
}

/** RFC 9110 §8.6: none with 204; with 304 it would have to be that of the 200, which is not known here. */
export function lengthLine(status: number, length: number): string {
  return hasNoContent(status) ? "" : `content-length: ${length}\r\n`;
}
