import { frameworkError } from "../../errors/codes.ts";
import type { PartVisitor, RequestBody } from "../exchange.ts";
import { lasting } from "../read-buffer.ts";

/**
 * Content that came whole with its head: the common case, and that of no content. It may be read more than once. Most is used up
 * before the handler returns, and so it is copied out of the buffer it was read into only for who wants to keep it, or comes later.
 */
export class ArrivedBody implements RequestBody {
  readonly length: number;
  readonly trailers: readonly string[] | null;
  #bytes: Uint8Array;
  #isLasting: boolean;
  /** The answer had left, and the content went with it, as does what has not come by then. */
  #isDropped: boolean;

  /** `isLasting`: no read will overwrite the bytes; otherwise {@link handlerReturned} must be called before the next one. */
  constructor(bytes: Uint8Array, trailers: readonly string[] | null = null, isLasting = true) {
    this.length = bytes.length;
    this.trailers = trailers;
    this.#bytes = bytes;
    this.#isLasting = isLasting;
    this.#isDropped = false;
  }

  bytes(limit: number = Number.POSITIVE_INFINITY, hold: "lasting" | "passing" = "lasting"): Uint8Array {
    if (this.length > limit) throw frameworkError("CONTENT_TOO_LARGE");
    if (this.#isDropped) throw frameworkError("CANCELLED");
    if (hold === "lasting") this.#keep();
    return this.#bytes;
  }

  stream(): AsyncIterable<Uint8Array> {
    this.#keep();
    return this.#parts();
  }

  /** Who has not read it by now may do so later, unless the answer has left to its end. */
  handlerReturned(hasAnswered: boolean): void {
    if (!hasAnswered) this.#keep();
    else if (!this.#isLasting) this.#isDropped = true;
  }

  #keep(): void {
    if (this.#isLasting || this.#isDropped) return;
    this.#isLasting = true;
    this.#bytes = lasting(this.#bytes);
  }

  async *#parts(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.length > 0) yield this.bytes();
  }

  async each(visit: PartVisitor): Promise<void> {
    if (this.length > 0) await visit(this.bytes(undefined, "passing"));
  }
}

/** The content of all requests that have none. */
export const emptyBody: ArrivedBody = new ArrivedBody(new Uint8Array(0));
