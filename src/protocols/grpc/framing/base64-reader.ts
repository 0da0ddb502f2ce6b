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
    if (!/^(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)*$/.test(text.slice(0, whole)))
      throw this.#malformed("The content is no base64");
    return Buffer.concat(
      (text.slice(0, whole).match(/[^=]+={0,2}/g) ?? []).map((run) => Buffer.from(run, "base64")),
    );
  }
}
