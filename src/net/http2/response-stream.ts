import type { Awaitable } from "../../base/awaitable.ts";
import { frameworkError } from "../../errors/codes.ts";
import { rejectedWrite } from "../dropped-stream.ts";
import type { ResponseStream } from "../exchange.ts";
import type { Trailers } from "../trailers.ts";
import { errorCodes } from "./error-codes.ts";
import type { ExchangeOwner } from "./exchange-owner.ts";
import type { Http2Stream } from "./stream.ts";

/** An answer in parts over HTTP/2. */
export class Http2ResponseStream implements ResponseStream {
  readonly #owner: ExchangeOwner;
  readonly #stream: Http2Stream;
  /** Parts are not sent: HEAD, 204, 304. */
  readonly #isBodiless: boolean;
  #hasEnded: boolean;
  #drained: PromiseWithResolvers<void> | null;

  constructor(owner: ExchangeOwner, stream: Http2Stream, isBodiless: boolean) {
    this.#owner = owner;
    this.#stream = stream;
    this.#isBodiless = isBodiless;
    this.#hasEnded = false;
    this.#drained = null;
  }

  write(part: string | Uint8Array): Awaitable<void> {
    if (this.#hasEnded) throw new Error("The answer has ended already");
    if (this.#isBodiless) return;
    if (this.#stream.isGone) return rejectedWrite();
    const { sender } = this.#owner;
    const length = typeof part === "string" ? Buffer.byteLength(part) : part.length;
    if (length === 0) return;
    if (sender.takes(this.#stream, length)) sender.frame(this.#stream, part, length, false);
    else {
      sender.add(this.#stream, typeof part === "string" ? Buffer.from(part) : part);
      if (this.#stream.waitingBytes > 0) return this.#whenDrained();
    }
  }

  end(trailers: Trailers | null = null): void {
    if (this.#hasEnded) return;
    // Whatever cannot be sent throws here, while the answer can still be broken off.
    const fields = trailers === null ? null : trailers.http2;
    this.#hasEnded = true;
    if (!this.#isBodiless && !this.#stream.isGone) this.#owner.sender.end(this.#stream, fields);
  }

  abort(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    if (!this.#stream.isGone) this.#owner.breakOff(this.#stream, errorCodes.internalError);
  }

  /** What waited has been sent. */
  drained(): void {
    this.#drained?.resolve();
    this.#drained = null;
  }

  gone(): void {
    this.#drained?.reject(frameworkError("CANCELLED"));
    this.#drained = null;
  }

  #whenDrained(): Promise<void> {
    if (this.#drained === null) {
      this.#drained = Promise.withResolvers<void>();
      // A writer that does not wait for it must not bring the process down.
      this.#drained.promise.catch(() => {});
    }
    return this.#drained.promise;
  }
}
