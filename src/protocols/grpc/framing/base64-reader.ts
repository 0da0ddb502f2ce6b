import type { ApiError } from "../../../errors/api-error.ts";

/**
 * Base64 in whatever parts it comes. Each message may have been encoded on its own, so that padding may stand within
 * (PROTOCOL-WEB.md, "Message framing").
 */
export class Base64Reader {
  readonly #malformed: (message: string) => ApiError;
  /** Characters that are not four yet. */
  #rest: string;

  constructor(malformed: (message: string) => ApiError) {
    this.#malformed = malformed;
    this.#rest = "";
  }

  /** The bytes that are whole with this part. */
  push(part: Uint8Array): Uint8Array {
    const text = this.#rest + Buffer.from(part.buffer, part.byteOffset, part.length).toString("latin1");
    const whole = text.length - (text.length % 4);
    this.#rest = text.slice(whole);
    const segments: Buffer[] = [];
    for (let start = 0; start < whole; ) {
      const end = this.#segmentEnd(text, start, whole);
      segments.push(Buffer.from(text.slice(start, end), "base64"));
      start = end;
    }
    return segments.length === 1 ? (segments[0] ?? nothing) : Buffer.concat(segments);
  }

  /** Where what was encoded on its own ends: behind its padding, or at `limit`. */
  #segmentEnd(text: string, start: number, limit: number): number {
    const padding = text.indexOf("=", start);
    const end = padding < 0 || padding >= limit ? limit : padding + 4 - (padding % 4);
    const last = text.slice(end - 4, end);
    const isPadded = /^[A-Za-z0-9+/]{4}$|^[A-Za-z0-9+/]{3}=$|^[A-Za-z0-9+/]{2}==$/.test(last);
    if (!isPadded || /[^A-Za-z0-9+/]/.test(text.slice(start, end - 4)))
      throw this.#malformed("The content is no base64");
    return end;
  }
}

const nothing = Buffer.alloc(0);
