import { ArrivingBody } from "../body/arriving-body.ts";
import type { Limits } from "../limits.ts";
import type { BodyDecoder } from "./body-decoder.ts";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import { LengthDecoder } from "./length-decoder.ts";

/** What the connection does for a body that is on its way. */
export interface ArrivalOwner {
  /** A reader is ready for more. */
  contentWanted(): void;
}

/** The content of one request while it is coming in: what decodes it, and what it is handed to. */
export class Arrival {
  readonly body: ArrivingBody;
  /** The peer waits for a 100 before it sends the content (RFC 9110 §10.1.1). */
  awaitsContinue: boolean;
  readonly #decoder: BodyDecoder;
  readonly #limits: Limits;

  constructor(owner: ArrivalOwner, length: number | null, awaitsContinue: boolean, limits: Limits) {
    this.body = new ArrivingBody(length, () => owner.contentWanted());
    this.awaitsContinue = awaitsContinue;
    this.#decoder = length === null ? new ChunkedDecoder(limits.bodyBytes) : new LengthDecoder(length);
    this.#limits = limits;
  }

  get isComplete(): boolean {
    return this.#decoder.remaining === 0;
  }

  /** So much waits for the handler that the peer must wait too. */
  get isFull(): boolean {
    return this.body.waiting >= this.#limits.inputBytes;
  }

  /** The rest is worth less than a new connection. */
  get isDiscardable(): boolean {
    const { remaining } = this.#decoder;
    return remaining !== null && remaining <= this.#limits.discardBytes && !this.awaitsContinue;
  }

  /** The content may have any length: whoever reads it bounds it. */
  lift(): void {
    if (this.#decoder instanceof ChunkedDecoder) this.#decoder.limit = Number.POSITIVE_INFINITY;
  }

  /** All has come. */
  finish(): void {
    this.body.finish(this.#decoder.trailers);
  }

  /** Returns the position after what was used. */
  decode(bytes: Uint8Array, start: number): number {
    if (this.body.isEndless) this.lift();
    return this.#decoder.decode(bytes, start, this.body);
  }
}
