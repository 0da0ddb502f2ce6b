import type { Awaitable } from "../../base/awaitable.ts";
import { rejectedWrite } from "../dropped-stream.ts";
import type { ResponseStream } from "../exchange.ts";
import type { Trailers } from "../trailers.ts";
import { toFieldLines } from "./field-lines.ts";
import type { Output } from "./output.ts";

/** What a stream tells its exchange. */
export interface StreamOwner {
  readonly isDetached: boolean;
  completeStream(): void;
  abortStream(): void;
}

/** How the parts are framed. */
export interface StreamFraming {
  /** In chunks (RFC 9112 §7.1); else the connection's end is the end. */
  readonly chunked: boolean;
  /** Parts are not sent: HEAD, 204, 304. */
  readonly bodiless: boolean;
  /** The peer has said that it takes trailers. */
  readonly trailers: boolean;
}

/** An answer in parts over HTTP/1.1. */
export class Http1ResponseStream implements ResponseStream {
  readonly #owner: StreamOwner;
  readonly #output: Output;
  readonly #chunked: boolean;
  readonly #bodiless: boolean;
  readonly #trailers: boolean;

  #ended: boolean;

  constructor(owner: StreamOwner, output: Output, framing: StreamFraming) {
    this.#owner = owner;
    this.#output = output;
    this.#chunked = framing.chunked;
    this.#bodiless = framing.bodiless;
    this.#trailers = framing.trailers;

    this.#ended = false;
  }

  write(part: string | Uint8Array): Awaitable<void> {
    if (this.#ended) throw new Error("The answer has ended already");
    if (this.#owner.isDetached) return rejectedWrite();
    // A chunk of no bytes would be the last one.
    if (this.#bodiless || part.length === 0) return;
    if (typeof part === "string") this.#writeText(part);
    else this.#writeBytes(part);
    if (this.#output.isFull) return this.#output.whenDrained();
    this.#output.flushSoon();
  }

  end(trailers: Trailers | null = null): void {
    if (this.#ended) return;
    // Whatever cannot be sent throws here, while the answer can still be broken off.
    const lines = trailers !== null && this.#trailers ? toFieldLines(trailers.fields) : "";
    this.#ended = true;
    if (this.#owner.isDetached) return;
    if (this.#chunked && !this.#bodiless) this.#output.write(`0\r\n${lines}\r\n`);
    this.#owner.completeStream();
  }

  abort(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#owner.abortStream();
  }

  #writeText(part: string): void {
    if (Buffer.byteLength(part) !== part.length) this.#writeBytes(Buffer.from(part));
    else this.#output.write(this.#chunked ? `${chunkHead(part.length)}${part}\r\n` : part);
  }

  #writeBytes(part: Uint8Array): void {
    this.#output.writeWithBytes(this.#chunked ? chunkHead(part.length) : "", part);
    if (this.#chunked) this.#output.write("\r\n");
  }
}

function chunkHead(length: number): string {
  return `${length.toString(16)}\r\n`;
}
