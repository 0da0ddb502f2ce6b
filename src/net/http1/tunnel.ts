import type { Socket } from "node:net";
import type { Connection } from "../connection.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { SocketReceiver } from "../socket-events.ts";
import { MAX_TIMER_MS } from "../transport.ts";
import type { Tunnel, TunnelReceiver } from "../tunnel.ts";
import { TunnelOutput } from "./tunnel-output.ts";

/** The bytes of an HTTP/1.1 connection after the 101, whose head must be in the socket before. */
export class Http1Tunnel implements Tunnel, Connection, SocketReceiver {
  readonly #context: ConnectionContext;
  readonly #socket: Socket;
  readonly #receiver: TunnelReceiver;
  readonly #output: TunnelOutput;
  /** This side sends nothing more. */
  #ended: boolean;
  #gone: boolean;

  constructor(context: ConnectionContext, socket: Socket, receiver: TunnelReceiver) {
    this.#context = context;
    this.#socket = socket;
    this.#receiver = receiver;
    this.#output = new TunnelOutput(socket);
    this.#ended = false;
    this.#gone = false;
  }

  get bufferedBytes(): number {
    return this.#output.bufferedBytes;
  }

  write(bytes: Uint8Array): void {
    if (!this.#ended) this.#output.write(bytes);
  }

  writeLatin1(text: string): void {
    if (!this.#ended) this.#output.write(text);
  }

  hold(isHeld: boolean): void {
    if (isHeld) this.#socket.pause();
    else this.#socket.resume();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#output.flush();
    this.#socket.end();
  }

  destroy(): void {
    this.#ended = true;
    this.#output.discard();
    this.#socket.destroy();
  }

  received(chunk: Uint8Array): void {
    this.#receiver.received(chunk);
  }

  ended(): void {
    this.#receiver.ended();
  }

  /** The socket says so after it had `outputBytes`, its high-water mark. */
  drained(): void {
    this.#receiver.drained();
  }

  stalled(): void {
    if (this.#socket.writableLength > 0) this.destroy();
  }

  closed(): void {
    if (this.#gone) return;
    this.#gone = true;
    this.#ended = true;
    this.#output.discard();
    this.#receiver.closed();
    this.#context.closed(this);
  }

  sweep(tick: number): void {
    this.#watchStall();
    this.#receiver.sweep(tick);
  }

  drain(): void {
    this.#receiver.drain();
  }

  /** A peer that does not read costs memory: only while something waits for it is there a timer for that. */
  #watchStall(): void {
    const isWatched = (this.#socket.timeout ?? 0) > 0;
    if (this.#socket.writableLength > 0 === isWatched) return;
    const { writeStallMs } = this.#context.limits;
    this.#socket.setTimeout(isWatched ? 0 : Math.min(writeStallMs, MAX_TIMER_MS));
  }
}
