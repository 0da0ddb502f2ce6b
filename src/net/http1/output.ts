import type { Socket } from "node:net";
import { frameworkError } from "../../errors/codes.ts";
import { flushAtTurnEnd, type TurnOutput } from "../turn-end.ts";

/** Content up to this size is copied into the text that is written anyway: one write, where two cost more than the copy. */
const COPIED_BYTES = 4 * 1024;
/** Text is handed to the socket at the latest when there is so much of it. */
const FLUSHED_LENGTH = 64 * 1024;

/**
 * The answers of one connection on their way to its socket. Whatever is produced in one turn of the event loop leaves in one
 * write at its end. Texts hold bytes, one a character (latin1).
 */
export class Output implements TurnOutput {
  readonly #socket: Socket;
  #text: string;
  #scheduled: boolean;
  #drained: PromiseWithResolvers<void> | null;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#text = "";
    this.#scheduled = false;
    this.#drained = null;
  }

  /** The peer does not keep up: nothing more should be produced until the socket emits `drain`. */
  get isFull(): boolean {
    return this.#socket.writableNeedDrain;
  }

  write(text: string): void {
    this.#text += text;
    if (this.#text.length > FLUSHED_LENGTH) this.flush();
  }

  /** `text`, then `content`. */
  writeWithBytes(text: string, content: Uint8Array): void {
    if (content.length <= COPIED_BYTES) this.write(text + latin1(content));
    else if (this.#socket.writable) {
      this.#socket.cork();
      this.write(text);
      this.flush();
      this.#socket.write(content);
      this.#socket.uncork();
    }
  }

  /** `text`, then `content` in one write. */
  writeWithPieces(text: string, content: readonly Uint8Array[]): void {
    if (!this.#socket.writable) return;
    this.#socket.cork();
    this.write(text);
    this.flush();
    for (const piece of content) this.#socket.write(piece);
    this.#socket.uncork();
  }

  flush(): void {
    if (this.#text === "") return;
    const text = this.#text;
    this.#text = "";
    if (this.#socket.writable) this.#socket.write(text, "latin1");
  }

  /** Flushes at the end of the turn, so that what is written one after the other leaves together. */
  flushSoon(): void {
    if (this.#scheduled || this.#text === "") return;
    this.#scheduled = true;
    flushAtTurnEnd(this);
  }

  endTurn(): void {
    this.#scheduled = false;
    this.flush();
  }

  /** Resolves when the socket takes more; rejects when the peer is gone. */
  whenDrained(): Promise<void> {
    if (this.#drained === null) {
      this.#drained = Promise.withResolvers<void>();
      // A writer that does not wait for it must not bring the process down.
      this.#drained.promise.catch(() => {});
    }
    return this.#drained.promise;
  }

  /** The socket has emitted `drain`. */
  drained(): void {
    this.#drained?.resolve();
    this.#drained = null;
  }

  /** The peer is gone. */
  discard(): void {
    this.#text = "";
    this.#drained?.reject(frameworkError("CANCELLED"));
    this.#drained = null;
  }
}

/** Bytes as a text of one character each. */
function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
