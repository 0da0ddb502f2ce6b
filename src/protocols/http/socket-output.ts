import type { PreparedMessage, WebSocketConnection } from "../../net/index.ts";

/** Characters that a socket may send without a break. */
const burstMax = 64 * 1024;

/** What a socket sends of streams: their sources wait for a peer that does not take it, and for the others of this process. */
export class SocketOutput {
  /** Bytes that may be with the socket: from there on, it tells when they have left. */
  readonly #bufferedMax: number;
  #burst: number;
  #waiting: (() => void)[];

  /** `bufferedMax`: net's limit `outputBytes`. */
  constructor(bufferedMax: number) {
    this.#bufferedMax = bufferedMax;
    this.#burst = 0;
    this.#waiting = [];
  }

  /** Sends a text; resolves when the next one may be sent. */
  send(socket: WebSocketConnection, text: string | PreparedMessage): void | Promise<void> {
    socket.send(text);
    if (!socket.isOpen) return;
    if (socket.bufferedAmount >= this.#bufferedMax) return new Promise((go) => this.#waiting.push(go));
    this.#burst += typeof text === "string" ? text.length : text.frame.length;
    if (this.#burst < burstMax) return;
    this.#burst = 0;
    // A source that is always ready, and a peer that takes all of it, would keep this process for themselves.
    return new Promise((go) => setImmediate(go));
  }

  /** All has left, or never will: those who wait go on. */
  drained(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }
}
