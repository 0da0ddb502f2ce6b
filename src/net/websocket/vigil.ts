import { NEVER } from "../sweep-clock.ts";
import type { Times } from "./times.ts";

/** What is to be done at a tick. */
export const NOTHING = 0;
/** The peer has been silent: it is asked for a sign of life. */
export const ASK = 1;
/** There was none, or it does not end the connection: it is cut. */
export const CUT = 2;
/** A message has begun too long ago. */
export const TOO_SLOW = 3;

/** Watches over the times of one WebSocket. */
export class Vigil {
  readonly #times: Times;
  /** Something has come since the last tick. */
  #heard: boolean;
  /** When the peer is asked, or once it was, cut. */
  #silentUntil: number;
  #asked: boolean;
  /** The message that is coming in, by its number, and when it must be whole. */
  #message: number;
  #messageUntil: number;
  #endUntil: number;

  constructor(times: Times, tick: number) {
    this.#times = times;
    this.#heard = false;
    this.#silentUntil = tick + times.ping;
    this.#asked = false;
    this.#message = -1;
    this.#messageUntil = NEVER;
    this.#endUntil = NEVER;
  }

  heard(): void {
    this.#heard = true;
  }

  /** The connection is to end from now on. */
  ending(tick: number): void {
    if (this.#endUntil === NEVER) this.#endUntil = tick + this.#times.close;
  }

  /** `message` is the number of the message that is coming in, -1 for none. */
  check(tick: number, message: number): number {
    if (this.#endUntil !== NEVER) return tick >= this.#endUntil ? CUT : NOTHING;
    if (this.#isTooSlow(tick, message)) return TOO_SLOW;
    if (this.#heard) this.#alive(tick);
    if (tick < this.#silentUntil) return NOTHING;
    if (this.#asked) return CUT;
    this.#asked = true;
    this.#silentUntil = tick + this.#times.pong;
    return ASK;
  }

  /** We do not read: the time that passes is not the peer's. */
  pass(tick: number): void {
    this.#alive(tick);
    this.#message = -1;
  }

  #alive(tick: number): void {
    this.#heard = false;
    this.#asked = false;
    this.#silentUntil = tick + this.#times.ping;
  }

  #isTooSlow(tick: number, message: number): boolean {
    if (message === this.#message) return message >= 0 && tick >= this.#messageUntil;
    this.#message = message;
    this.#messageUntil = tick + this.#times.message;
    return false;
  }
}
