import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A network that fails when it is told to: everything goes through it to a port of this machine. */
export class Network {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [client: Socket, server: Socket]>();
  #target: number;
  #isStalled = false;
  /** Bytes that the server sends until its connections are cut; null for any number. */
  #left: number | null = null;
  /** Connections that have been opened. */
  opened = 0;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on("connection", (socket) => this.#join(socket));
  }

  static async to(port: number): Promise<Network> {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    return new Network(server, port);
  }

  get origin(): string {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return `http://127.0.0.1:${address.port}`;
  }

  /** Ends what is open, as a peer does that goes away. */
  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
  }

  /** Ends what is open with a reset. */
  reset(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  /** Carries nothing any more, and tells nobody: what is open is half open from now on. Ends with `flow`, for new connections only. */
  stall(): void {
    this.#isStalled = true;
  }

  flow(): void {
    this.#isStalled = false;
  }

  /** Cuts as soon as the server has sent so many bytes more: within a message, or between two. */
  cutAfter(bytes: number): void {
    this.#left = bytes;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.cut();
    await closed;
  }

  #join(client: Socket): void {
    const server = connect(this.#target, "127.0.0.1");
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    this.opened++;
    let isDead = this.#isStalled;
    const carry = (to: Socket, bytes: Buffer, isAnswer: boolean): void => {
      isDead ||= this.#isStalled;
      if (isDead) return;
      to.write(isAnswer ? this.#cutShort(bytes) : bytes);
      if (this.#left === 0) {
        this.#left = null;
        // What was written must arrive.
        to.end(() => this.cut());
      }
    };
    client.on("data", (bytes) => carry(server, Buffer.from(bytes), false));
    server.on("data", (bytes) => carry(client, Buffer.from(bytes), true));
    for (const [one, other] of [pair, [server, client] as const]) {
      one.on("error", () => {});
      one.on("close", () => {
        this.#pairs.delete(pair);
        if (!isDead) other.destroy();
      });
    }
  }

  #cutShort(bytes: Buffer): Buffer {
    if (this.#left === null) return bytes;
    const taken = bytes.subarray(0, this.#left);
    this.#left -= taken.length;
    return taken;
  }
}
