import type { Socket } from "node:net";

/** Why reading may be held back; each reason is a bit. */
export const OUTPUT_FULL = 1;
export const INPUT_FULL = 2;
export const CONTENT_FULL = 4;

/** Timers of Node bear no more: an infinite time is a RangeError. */
export const MAX_TIMER_MS = 0x7fff_ffff;

/** The stages of a socket; it never goes back. */
const OPEN = 0;
/** Everything is written; the peer may read it and close (RFC 9112 §9.6). What it still sends is thrown away. */
const LINGERING = 1;
const GONE = 2;

/** The socket of a connection: when it is read, how it ends, and whether its peer still reads. */
export class Transport {
  readonly #socket: Socket;
  #stage: number;
  #holds: number;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#stage = OPEN;
    this.#holds = 0;
  }

  get isOpen(): boolean {
    return this.#stage === OPEN;
  }

  get isLingering(): boolean {
    return this.#stage === LINGERING;
  }

  /** Answers wait for the peer to read them. */
  get hasUnsent(): boolean {
    return this.#socket.writableLength > 0;
  }

  /** Reading stops while there is at least one reason. */
  hold(reason: number, isHeld: boolean): void {
    const before = this.#holds;
    const after = isHeld ? before | reason : before & ~reason;
    if (after === before) return;
    this.#holds = after;
    if (before === 0) this.#socket.pause();
    else if (after === 0) this.#socket.resume();
  }

  /** A peer that does not read costs memory: only while something waits for it is there a timer for that. */
  watchStall(milliseconds: number): void {
    const isWatched = (this.#socket.timeout ?? 0) > 0;
    if (this.hasUnsent !== isWatched)
      this.#socket.setTimeout(isWatched ? 0 : Math.min(milliseconds, MAX_TIMER_MS));
  }

  /** Half-closes, so that the peer can read the last answer; closed at once, unread input would cost it that (RST). */
  finish(): void {
    if (this.#stage !== OPEN) return;
    this.#stage = LINGERING;
    if (this.#holds !== 0) this.#socket.resume();
    this.#socket.end();
  }

  /** The socket is someone else's from now on. */
  handOver(): void {
    this.#stage = GONE;
    if (this.#holds !== 0) this.#socket.resume();
    this.#socket.setTimeout(0);
  }

  destroy(): void {
    this.#stage = GONE;
    this.#socket.destroy();
  }

  /** By RST where the socket has one: the peer must not take the end of a broken answer for its end. */
  reset(): void {
    this.#stage = GONE;
    try {
      this.#socket.resetAndDestroy();
    } catch {
      this.#socket.destroy();
    }
  }

  /** The socket is closed. */
  closed(): void {
    this.#stage = GONE;
  }
}
