import type { Duplex } from "node:stream";

const opcodes = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;

/** What is waited for, and by whom. */
interface Awaited {
  readonly text: string;
  readonly came: PromiseWithResolvers<void>;
}

/** An open WebSocket of a client, on the bytes of a socket or of an HTTP/2 stream: thousands of them cost little. */
export class WebSocketPeer {
  /** Pings of the server, all answered. */
  pinged = 0;
  /** Of the server's close frame; null until it has come. */
  closeCode: number | null = null;
  /** What went wrong; null if nothing did. */
  failure: string | null = null;
  isGone = false;
  readonly #stream: Duplex;
  readonly #awaited: Map<number, Awaited> = new Map();
  #pending: Buffer = Buffer.alloc(0);

  /** `early` has come together with the answer to the handshake. */
  constructor(stream: Duplex, early: Buffer) {
    this.#stream = stream;
    stream.on("data", (bytes: Buffer) => this.#receive(bytes));
    stream.on("error", (error) => this.#fail(error.message));
    stream.on("close", () => this.#closed());
    if (early.length > 0) this.#receive(early);
  }

  /** Resolves when the pong has come with what is in the ping. */
  ping(text: string): Promise<void> {
    return this.#ask(opcodes.ping, opcodes.pong, text);
  }

  /** Resolves when the same text has come back. At most 125 bytes, as all that these peers say. */
  echo(text: string): Promise<void> {
    return this.#ask(opcodes.text, opcodes.text, text);
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #ask(opcode: number, answer: number, text: string): Promise<void> {
    const came = Promise.withResolvers<void>();
    if (this.isGone) came.reject(new Error("The connection is gone"));
    else {
      this.#awaited.set(answer, { text, came });
      this.#send(opcode, Buffer.from(text));
    }
    return came.promise;
  }

  #receive(bytes: Buffer): void {
    this.#pending = this.#pending.length === 0 ? bytes : Buffer.concat([this.#pending, bytes]);
    while (this.#takeFrame());
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
    if (opcode === opcodes.pong || opcode === opcodes.text) this.#answered(opcode, payload.toString());
    else if (opcode === opcodes.ping) {
      this.pinged += 1;
      this.#send(opcodes.pong, payload);
    } else if (opcode === opcodes.close) {
      this.closeCode = payload.length < 2 ? 1005 : payload.readUInt16BE();
      this.#send(opcodes.close, payload.subarray(0, 2));
      this.#stream.end();
    } else this.#fail(`A frame has the opcode ${opcode}`);
  }

  #answered(opcode: number, text: string): void {
    const awaited = this.#awaited.get(opcode);
    this.#awaited.delete(opcode);
    if (awaited === undefined) this.#fail(`Nobody has asked for "${text}" (${opcode})`);
    else if (awaited.text === text) awaited.came.resolve();
    else awaited.came.reject(new Error(`"${awaited.text}" was answered with "${text}"`));
  }

  /** Masked with zeros: the payload as it is. */
  #send(opcode: number, payload: Buffer): void {
    this.#stream.write(
      Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]),
    );
  }

  #closed(): void {
    this.isGone = true;
    for (const { came } of this.#awaited.values()) came.reject(new Error("The connection was lost"));
    if (this.closeCode === null) this.#fail("The connection was lost");
  }

  #fail(message: string): void {
    this.failure ??= message;
    this.#stream.destroy();
  }
}
