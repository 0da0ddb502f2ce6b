import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import {
  acceptWebSocket,
  type Listener,
  type ListenOptions,
  type WebSocketConnection,
  type WebSocketOptions,
  type WebSocketReceiver,
} from "../../../src/net/index.ts";
import { serve } from "../peer.ts";
import { CLOSE, close, type Frame, readFrame } from "./frames.ts";

/** Sends back what it gets. */
export const echo: WebSocketReceiver = {
  message: (socket, data) => socket.send(data),
  closed: () => {},
};

/** Keeps what it is told. */
export class Recorder implements WebSocketReceiver {
  readonly messages: (string | Uint8Array)[] = [];
  readonly closings: (readonly [code: number, reason: string])[] = [];
  drains = 0;

  message(_socket: WebSocketConnection, data: string | Uint8Array): void {
    this.messages.push(data);
  }
  closed(_socket: WebSocketConnection, code: number, reason: string): void {
    this.closings.push([code, reason]);
  }
  drained(): void {
    this.drains += 1;
  }
}

/** A listener whose every request opens a WebSocket, and the sockets it opened. */
export interface WebSocketServer {
  readonly listener: Listener;
  readonly port: number;
  readonly sockets: WebSocketConnection[];
  /** Codes of what was refused or broken off. */
  readonly rejected: string[];
}

export async function serveWebSockets(
  test: TestContext,
  receiver: WebSocketReceiver = echo,
  options: WebSocketOptions = {},
  listenOptions: Partial<ListenOptions> = {},
): Promise<WebSocketServer> {
  const sockets: WebSocketConnection[] = [];
  const rejected: string[] = [];
  const { listener, port } = await serve(
    test,
    (exchange) => {
      const socket = acceptWebSocket(exchange, receiver, options);
      if (socket !== null) sockets.push(socket);
    },
    { onRejected: (error) => rejected.push(error.code), ...listenOptions },
  );
  return { listener, port, sockets, rejected };
}

/** A request that opens a WebSocket. */
export function opening(fields = ""): string {
  return (
    "GET /chat HTTP/1.1\r\nHost: server.example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n${fields}\r\n`
  );
}

/** A client on a raw socket: it sends what it is told to, and remembers the frames that come. */
export class WebSocketPeer {
  readonly socket: Socket;
  /** The head of the answer; empty until it has come. */
  head = "";
  readonly frames: Frame[] = [];
  ended = false;
  #pending: Buffer = Buffer.alloc(0);
  readonly #changes: (() => void)[] = [];

  constructor(port: number, fields = "") {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.socket.on("data", (chunk: Buffer) => this.#receive(chunk));
    this.socket.on("end", () => this.#end());
    this.socket.on("error", () => this.#end());
    this.socket.on("close", () => this.#end());
    this.socket.write(opening(fields));
  }

  /** Waits for the 101. */
  static async open(port: number, fields = ""): Promise<WebSocketPeer> {
    const peer = new WebSocketPeer(port, fields);
    await peer.until(() => peer.head !== "", "an answer");
    if (!peer.head.startsWith("HTTP/1.1 101 ")) throw new Error(`not opened: ${peer.head}`);
    return peer;
  }

  /** Sends each piece in a write of its own, so that they come as pieces. */
  async send(...pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      if (this.socket.writable) this.socket.write(piece);
      if (pieces.length > 1) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** Waits until something holds; fails after five seconds. */
  async until(holds: () => boolean, what: string): Promise<void> {
    const deadline = Date.now() + 5000;
    while (!holds()) {
      if (Date.now() > deadline) throw new Error(`${what} did not come; there was ${this.#summary()}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 100);
        this.#changes.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits for so many frames in all, and returns them. */
  async receives(count: number): Promise<readonly Frame[]> {
    await this.until(() => this.frames.length >= count, `frame ${count}`);
    return this.frames;
  }

  /** Waits for the server's close frame and the end of its side; closes ours. Returns the code: 1005 for none, 1006 without a frame. */
  async closes(): Promise<number> {
    await this.until(() => this.ended, "the end");
    this.socket.destroy();
    return this.closeCode;
  }

  /** The closing handshake, begun by us. */
  async close(code = 1000): Promise<number> {
    await this.send(close(code));
    return await this.closes();
  }

  get closeCode(): number {
    const found = this.frames.find(({ opcode }) => opcode === CLOSE);
    if (found === undefined) return 1006;
    return found.payload.length === 0 ? 1005 : found.payload.readUInt16BE(0);
  }

  get closeReason(): string {
    return this.frames.find(({ opcode }) => opcode === CLOSE)?.payload.toString("utf8", 2) ?? "";
  }

  #receive(chunk: Buffer): void {
    this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
    if (this.head === "") {
      const end = this.#pending.indexOf("\r\n\r\n");
      if (end < 0) return;
      this.head = this.#pending.toString("latin1", 0, end + 2);
      this.#pending = this.#pending.subarray(end + 4);
    }
    for (;;) {
      const read = this.head.startsWith("HTTP/1.1 101 ") ? readFrame(this.#pending) : null;
      if (read === null) break;
      this.frames.push(read.frame);
      this.#pending = this.#pending.subarray(read.end);
    }
    this.#changed();
  }

  #end(): void {
    this.ended = true;
    this.#changed();
  }

  #changed(): void {
    for (const resolve of this.#changes.splice(0)) resolve();
  }

  #summary(): string {
    const frames = this.frames.map(({ opcode, payload }) => `${opcode}(${payload.length})`);
    return `${frames.join(" ")}${this.ended ? " and the end" : ""}`;
  }
}
