import { connect, type Socket } from "node:net";

const opcodes = { close: 0x8, ping: 0x9, pong: 0xa } as const;

/** A WebSocket client that sends nothing but control frames, on a raw socket: thousands of them cost little. */
export class WebSocketPeer {
  /** Pings that were answered with what was in them. */
  answered = 0;
  /** Pings of the server, all answered. */
  pinged = 0;
  /** Of the server's close frame; null until it has come. */
  closeCode: number | null = null;
  /** What went wrong; null if nothing did. */
  failure: string | null = null;
  isGone = false;
  readonly #socket: Socket;
  readonly #opened = Promise.withResolvers<void>();
  #isOpen = false;
  #pending: Buffer = Buffer.alloc(0);
  #sent = 0;

  constructor(port: number, path: string) {
    this.#socket = connect({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.write(handshake(path));
    this.#socket.on("data", (bytes: Buffer) => this.#receive(bytes));
    this.#socket.on("error", (error) => this.#fail(error.message));
    this.#socket.on("close", () => this.#closed());
  }

  /** Resolves after the handshake. */
  get opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Pings that wait for their answer. */
  get awaited(): number {
    return this.#sent - this.answered;
  }

  ping(): void {
    this.#sent += 1;
    this.#send(opcodes.ping, Buffer.from(String(this.#sent)));
  }

  destroy(): void {
    this.#socket.destroy();
  }

  #receive(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    if (!this.#isOpen && !this.#takeHandshake()) return;
    while (this.#takeFrame());
  }

  #takeHandshake(): boolean {
    const end = this.#pending.indexOf("\r\n\r\n");
    if (end < 0) return false;
    const head = this.#pending.toString("latin1", 0, end);
    this.#pending = this.#pending.subarray(end + 4);
    if (!head.startsWith("HTTP/1.1 101 ")) this.#fail(head);
    this.#isOpen = true;
    this.#opened.resolve();
    return true;
  }

  /** Frames of a server to such a client are short and never masked (RFC 6455 §5.1, §5.5). */
  #takeFrame(): boolean {
    const [first, length] = this.#pending;
    if (first === undefined || length === undefined || this.#pending.length < 2 + length) return false;
    const payload = this.#pending.subarray(2, 2 + length);
    this.#pending = this.#pending.subarray(2 + length);
    if ((first & 0xf0) !== 0x80 || length > 125) this.#fail(`A frame begins with ${first}, ${length}`);
    else this.#take(first & 0x0f, payload);
    return true;
  }

  #take(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.pong) this.#takePong(payload.toString());
    else if (opcode === opcodes.ping) {
      this.pinged += 1;
      this.#send(opcodes.pong, payload);
    } else if (opcode === opcodes.close) {
      this.closeCode = payload.length < 2 ? 1005 : payload.readUInt16BE();
      this.#send(opcodes.close, payload.subarray(0, 2));
      this.#socket.end();
    } else this.#fail(`A frame has the opcode ${opcode}`);
  }

  /** A later ping may be answered in place of earlier ones (RFC 6455 §5.5.3), but here each has its time. */
  #takePong(text: string): void {
    this.answered += 1;
    if (text !== String(this.answered)) this.#fail(`Ping ${this.answered} was answered with ${text}`);
  }

  /** Masked with zeros: the payload as it is. */
  #send(opcode: number, payload: Buffer): void {
    this.#socket.write(
      Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]),
    );
  }

  #closed(): void {
    this.isGone = true;
    if (this.closeCode === null) this.#fail("The connection was lost");
  }

  #fail(message: string): void {
    this.failure ??= message;
    this.#opened.reject(new Error(message));
    this.#socket.destroy();
  }
}

function handshake(path: string): string {
  return [
    `GET ${path} HTTP/1.1`,
    "host: soak",
    "connection: Upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    "\r\n",
  ].join("\r\n");
}
