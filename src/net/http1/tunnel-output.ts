import type { Socket } from "node:net";
import { flushAtTurnEnd, type TurnOutput } from "../turn-end.ts";

/** Up to so many bytes wait for the end of the turn. */
const WAITING_BYTES = 64 * 1024;

/** Bytes, or a text with one byte a character. */
type Piece = Uint8Array | string;

/** What was joined last in this round of flushes. A broadcast gives many sockets the same pieces: they share the copy. */
let lastPieces: readonly Piece[] = [];
let lastJoined: Uint8Array | null = null;
const forgetJoined: TurnOutput = {
  endTurn() {
    lastPieces = [];
    lastJoined = null;
  },
};

/**
 * The bytes of a tunnel on their way to its socket. Whatever is written in one turn of the event loop leaves in one write at its
 * end.
 */
export class TunnelOutput implements TurnOutput {
  readonly #socket: Socket;
  /** The pieces that wait for the end of the turn; nearly always none or one. */
  #first: Piece | null;
  #more: Piece[] | null;
  #waitingBytes: number;
  #scheduled: boolean;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#first = null;
    this.#more = null;
    this.#waitingBytes = 0;
    this.#scheduled = false;
  }

  /** Bytes that the system has not taken yet. */
  get bufferedBytes(): number {
    return this.#waitingBytes + this.#socket.writableLength;
  }

  write(piece: Piece): void {
    this.#waitingBytes += piece.length;
    if (this.#first === null) this.#first = piece;
    else if (this.#more === null) this.#more = [this.#first, piece];
    else this.#more.push(piece);
    if (this.#waitingBytes >= WAITING_BYTES) this.flush();
    else if (!this.#scheduled) this.#schedule();
  }

  flush(): void {
    const first = this.#first;
    if (first === null) return;
    const pieces = this.#more;
    const waiting = this.#waitingBytes;
    this.discard();
    if (!this.#socket.writable) return;
    if (pieces === null) this.#writePiece(first);
    else if (waiting < 2 * WAITING_BYTES) this.#socket.write(joined(pieces, waiting));
    else this.#writeList(pieces);
  }

  discard(): void {
    this.#first = null;
    this.#more = null;
    this.#waitingBytes = 0;
  }

  #writePiece(piece: Piece): void {
    if (typeof piece === "string") this.#socket.write(piece, "latin1");
    else this.#socket.write(piece);
  }

  /** With a large piece among them, a copy would cost more than a list for the system (writev). */
  #writeList(pieces: readonly Piece[]): void {
    this.#socket.cork();
    for (const piece of pieces) this.#writePiece(piece);
    this.#socket.uncork();
  }

  #schedule(): void {
    this.#scheduled = true;
    flushAtTurnEnd(this);
  }

  endTurn(): void {
    this.#scheduled = false;
    this.flush();
  }
}

function joined(pieces: readonly Piece[], length: number): Uint8Array {
  if (lastJoined !== null && isSame(pieces, lastPieces)) return lastJoined;
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const piece of pieces) {
    if (typeof piece === "string") bytes.write(piece, at, "latin1");
    else bytes.set(piece, at);
    at += piece.length;
  }
  if (lastJoined === null) flushAtTurnEnd(forgetJoined);
  lastPieces = pieces;
  lastJoined = bytes;
  return bytes;
}

function isSame(some: readonly Piece[], others: readonly Piece[]): boolean {
  if (some.length !== others.length) return false;
  for (let index = 0; index < some.length; index++) if (some[index] !== others[index]) return false;
  return true;
}
