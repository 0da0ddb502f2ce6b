import { once } from "node:events";
import { WebSocket } from "ws";

// biome-ignore lint/suspicious/noExplicitAny: any JSON, looked into by the tests
export type Json = any;

export interface PeerOptions {
  readonly path?: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Offers permessage-deflate, unless it says false. */
  readonly deflate?: boolean;
}

/** A client of docs/PROTOCOL.md that keeps what it is sent. */
export class RpcPeer {
  readonly socket: WebSocket;
  readonly messages: Json[] = [];
  #waiting: (() => void) | null = null;

  private constructor(address: string, { protocols, headers, deflate }: Required<PeerOptions>) {
    this.socket = new WebSocket(address, [...protocols], {
      headers: { ...headers },
      perMessageDeflate: deflate,
    });
    this.socket.on("message", (data) => {
      this.messages.push(JSON.parse(String(data)));
      this.#waiting?.();
    });
    this.socket.on("error", () => {});
  }

  static async open({ origin }: { readonly origin: string }, options: PeerOptions = {}): Promise<RpcPeer> {
    const { path = "/rpc", protocols = ["fourfold.jsonrpc.v1"], headers = {}, deflate = true } = options;
    const peer = new RpcPeer(origin.replace("http", "ws") + path, { path, protocols, headers, deflate });
    await once(peer.socket, "open");
    return peer;
  }

  say(message: unknown): void {
    this.socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  async next(): Promise<Json> {
    while (this.messages.length === 0)
      await new Promise<void>((go) => {
        this.#waiting = go;
      });
    return this.messages.shift();
  }

  async ask(method: string, params: object = {}, more: object = {}): Promise<Json> {
    this.say({ jsonrpc: "2.0", id: "ask", method, params, ...more });
    return this.next();
  }

  async close(): Promise<void> {
    const closed = once(this.socket, "close");
    this.socket.close();
    await closed;
  }
}
