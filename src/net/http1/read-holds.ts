import type { Socket } from "node:net";

/** Why reading of a socket may be held back; each reason is a bit. */
export const OUTPUT_FULL = 1;
export const INPUT_FULL = 2;
export const BODY_FULL = 4;

/** Stops reading while there is at least one reason. */
export class ReadHolds {
  #reasons: number;
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#reasons = 0;
    this.#socket = socket;
  }

  has(reason: number): boolean {
    return (this.#reasons & reason) !== 0;
  }

  set(reason: number, isHeld: boolean): void {
    const before = this.#reasons;
    const after = isHeld ? before | reason : before & ~reason;
    if (after === before) return;
    this.#reasons = after;
    if (before === 0) this.#socket.pause();
    else if (after === 0) this.#socket.resume();
  }

  /** For good: from here on everything is read, to be thrown away. */
  clear(): void {
    if (this.#reasons !== 0) this.#socket.resume();
    this.#reasons = 0;
  }
}
