import type { ConnectionContext } from "../connection-context.ts";
import { NEVER } from "../sweep-clock.ts";
import { Incoming, type IncomingOwner } from "./incoming.ts";
import type { Http2RequestHead } from "./request-head.ts";
import { SendQueue } from "./send-queue.ts";

/** Who has the stream: an exchange, and after it perhaps a tunnel. */
export interface StreamUser {
  /** All content that waited has been sent. */
  drained(): void;
  /** The stream is no more: nothing can be sent and nothing comes. */
  gone(): void;
}

/** Where the bytes of a stream go when it has become a tunnel. */
export interface StreamTunnel extends StreamUser {
  /** All that came has been handed over, the end as well. */
  readonly isEmpty: boolean;
  received(part: Uint8Array): void;
  ended(): void;
  sweep(tick: number): void;
  drain(): void;
}

/** The connection, as its streams see it. */
export interface StreamOwner {
  readonly context: ConnectionContext;
  /** So many bytes of the stream were used up; the peer may send as many more. */
  used(stream: Http2Stream, bytes: number): void;
  /** The peer may send the content that it holds back. */
  goOn(stream: Http2Stream): void;
}

/** One stream (RFC 9113 §5) while it is open or half closed: what comes, and what waits to be sent. */
export class Http2Stream implements IncomingOwner {
  readonly id: number;
  readonly head: Http2RequestHead;
  /** Null for a request without content. */
  incoming: Incoming | null;
  user: StreamUser | null;
  tunnel: StreamTunnel | null;
  /** The handler has been called. */
  isBegun: boolean;
  /** The peer will send nothing more. */
  isRemoteEnded: boolean;
  /** The answer has left to its end. */
  isLocalEnded: boolean;
  /** The stream is closed; whoever still has it can do nothing with it. */
  isGone: boolean;
  /** The tick at which the content must have come. */
  contentUntil: number;

  /** Bytes that the peer takes; below 0 after it has made its windows smaller (§6.9.2). */
  sendWindow: number;
  /** What waits to be sent; null until something has to. */
  waiting: SendQueue | null;
  /** After what waits comes the end, with these fields if there are any. */
  isEnding: boolean;
  trailers: Uint8Array | null;
  /** Stands in the sender's queue. */
  isQueued: boolean;
  /** The tick until which the peer must have taken some of what waits; while others have their turn, it may be later. */
  stalledAt: number;
  readonly #owner: StreamOwner;

  constructor(owner: StreamOwner, id: number, head: Http2RequestHead, sendWindow: number) {
    this.id = id;
    this.head = head;
    this.incoming = null;
    this.user = null;
    this.tunnel = null;
    this.isBegun = false;
    this.isRemoteEnded = false;
    this.isLocalEnded = false;
    this.isGone = false;
    this.contentUntil = NEVER;

    this.sendWindow = sendWindow;
    this.waiting = null;
    this.isEnding = false;
    this.trailers = null;
    this.isQueued = false;
    this.stalledAt = NEVER;
    this.#owner = owner;
  }

  /** Bytes that wait to be sent. */
  get waitingBytes(): number {
    return this.waiting === null ? 0 : this.waiting.size;
  }

  /** Content follows the head. */
  expectContent(declared: number | null, awaitsContinue: boolean): void {
    const { limits, clock, timeouts } = this.#owner.context;
    this.incoming = new Incoming(this, declared, awaitsContinue, limits);
    this.contentUntil = clock.tick + timeouts.body;
  }

  queue(part: Uint8Array): void {
    this.waiting ??= new SendQueue();
    this.waiting.push(part);
  }

  used(bytes: number): void {
    this.#owner.used(this, bytes);
  }

  wanted(): void {
    this.#owner.goOn(this);
  }
}
