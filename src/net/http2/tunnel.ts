import { ByteQueue } from "../body/byte-queue.ts";
import type { Tunnel, TunnelReceiver } from "../tunnel.ts";
import { errorCodes } from "./error-codes.ts";
import type { ExchangeOwner } from "./exchange-owner.ts";
import type { Http2Stream, StreamTunnel } from "./stream.ts";

/** The bytes of a stream that was opened by an extended CONNECT (RFC 8441). */
export class Http2Tunnel implements Tunnel, StreamTunnel {
  readonly #owner: ExchangeOwner;
  readonly #stream: Http2Stream;
  readonly #receiver: TunnelReceiver;
  /** What has come while the receiver did not want it; the peer's window bounds it. */
  readonly #held: ByteQueue;
  #isHeld: boolean;
  /** What came while it was held is being passed on, or is not yet: what comes now has its turn after it. */
  #isPassing: boolean;
  /** The peer has ended its side; told to the receiver after all that came before it. */
  #peerEnded: boolean;
  /** This side sends nothing more. */
  #hasEnded: boolean;
  #wasFull: boolean;
  #isGone: boolean;

  /** Whoever opens the tunnel has it before anything comes out of it. */
  constructor(owner: ExchangeOwner, stream: Http2Stream, receiver: TunnelReceiver) {
    this.#owner = owner;
    this.#stream = stream;
    this.#receiver = receiver;
    this.#held = new ByteQueue();
    this.#isHeld = false;
    this.#isPassing = true;
    this.#peerEnded = stream.isRemoteEnded;
    this.#hasEnded = false;
    this.#wasFull = false;
    this.#isGone = false;
    if (stream.incoming !== null) this.#held.push(stream.incoming.takeEarly());
    process.nextTick(() => this.#passHeld());
  }

  get isEmpty(): boolean {
    return this.#held.size === 0 && !this.#peerEnded;
  }

  get bufferedBytes(): number {
    return this.#stream.waitingBytes;
  }

  writeLatin1(text: string): void {
    this.write(Buffer.from(text, "latin1"));
  }

  write(bytes: Uint8Array): void {
    if (this.#hasEnded || this.#isGone || bytes.length === 0) return;
    const { sender, context } = this.#owner;
    if (sender.takes(this.#stream, bytes.length)) sender.frame(this.#stream, bytes, bytes.length, false);
    else sender.add(this.#stream, bytes);
    if (this.#stream.waitingBytes >= context.limits.outputBytes) this.#wasFull = true;
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    // A receiver may hold and go on within one part: the next one waits until it is done with that.
    if (!this.#isPassing) this.#passHeld();
  }

  end(): void {
    if (this.#hasEnded || this.#isGone) return;
    this.#hasEnded = true;
    this.#owner.sender.end(this.#stream, null);
  }

  destroy(): void {
    if (this.#isGone) return;
    this.#hasEnded = true;
    this.#owner.breakOff(this.#stream, errorCodes.cancel);
  }

  received(part: Uint8Array): void {
    if (this.#isHeld || this.#isPassing) this.#held.push(part);
    else this.#pass(part);
  }

  ended(): void {
    this.#peerEnded = true;
    if (!this.#isHeld && !this.#isPassing) this.#tellEnd();
  }

  drained(): void {
    if (!this.#wasFull) return;
    this.#wasFull = false;
    this.#receiver.drained();
  }

  /** Told in a turn of its own: it may be the receiver that cut the tunnel off. */
  gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#owner.used(this.#stream, this.#held.size);
    this.#held.clear();
    process.nextTick(() => this.#receiver.closed());
  }

  sweep(tick: number): void {
    this.#receiver.sweep(tick);
  }

  drain(): void {
    if (!this.#isGone) this.#receiver.drain();
  }

  #passHeld(): void {
    this.#isPassing = true;
    while (!this.#isHeld && !this.#isGone) {
      const part = this.#held.shift();
      if (part === null) break;
      this.#pass(part);
    }
    this.#isPassing = false;
    if (!this.#isHeld && !this.#isGone) this.#tellEnd();
  }

  #pass(part: Uint8Array): void {
    this.#owner.used(this.#stream, part.length);
    this.#receiver.received(part);
  }

  #tellEnd(): void {
    if (!this.#peerEnded) return;
    this.#peerEnded = false;
    this.#receiver.ended();
    this.#owner.tunnelEmptied(this.#stream);
  }
}
