import { frameworkError } from "../../errors/codes.ts";
import type { PartVisitor, RequestBody } from "../exchange.ts";

/** Content that came whole with its head: the common case, and that of no content. It may be read more than once. */
export class ArrivedBody implements RequestBody {
  readonly length: number;
  readonly trailers: readonly string[] | null;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array, trailers: readonly string[] | null = null) {
    this.length = bytes.length;
    this.trailers = trailers;
    this.#bytes = bytes;
  }

  bytes(limit: number = Number.POSITIVE_INFINITY): Uint8Array {
    if (this.length > limit) throw frameworkError("CONTENT_TOO_LARGE");
    return this.#bytes;
  }

  async *stream(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.length > 0) yield this.#bytes;
  }

  async each(visit: PartVisitor): Promise<void> {
    if (this.length > 0) await visit(this.#bytes);
  }
}

/** The content of all requests that have none. */
export const emptyBody: ArrivedBody = new ArrivedBody(new Uint8Array(0));
