import { connect, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and a server, and does what networks do. */
export class TcpProxy {
  readonly #server: Server;
  readonly #pairs: Set<Pair>;
  #target: number;
  /** `open`: all passes. `refuse`: new connections are reset. `stall`: nothing passes, in no direction, and nobody is told. */
  #mode: "open" | "refuse" | "stall";
  port: number;

  constructor(target: number) {
    this.#target = target;
    this.#pairs = new Set();
    this.#mode = "open";
    this.port = 0;
    this.#server = createServer((client) => this.#accept(client));
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    if (typeof address === "object" && address !== null) this.port = address.port;
    return this;
  }

  /** Resets all connections that there are. */
  cut(): void {
    for (const pair of this.#pairs) pair.reset();
    this.#pairs.clear();
  }

  /** Resets all connections, and those that come, until {@link restore}. */
  refuse(): void {
    this.#mode = "refuse";
    this.cut();
  }

  /** Nothing passes any more, neither on connections that there are nor on those that come. */
  stall(): void {
    this.#mode = "stall";
    for (const pair of this.#pairs) pair.pause();
  }

  /** All passes again. What was held back is delivered, or, where `lost`, never: those connections hear nothing again. */
  restore(lost = false): void {
    this.#mode = "open";
    for (const pair of this.#pairs) {
      if (!lost) pair.resume();
    }
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(client: Socket): void {
    client.on("error", () => undefined);
    if (this.#mode === "refuse") {
      client.resetAndDestroy();
      return;
    }
    const pair = new Pair(client, connect(this.#target, "127.0.0.1"));
    this.#pairs.add(pair);
    client.on("close", () => this.#pairs.delete(pair));
    if (this.#mode === "stall") pair.pause();
  }
}

class Pair {
  readonly #client: Socket;
  readonly #server: Socket;

  constructor(client: Socket, server: Socket) {
    this.#client = client;
    this.#server = server;
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on("error", () => to.destroy());
      from.on("data", (bytes) => void to.write(bytes));
      from.on("end", () => to.end());
      from.on("close", () => to.destroy());
    }
  }

  pause(): void {
    this.#client.pause();
    this.#server.pause();
  }

  resume(): void {
    this.#client.resume();
    this.#server.resume();
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.resetAndDestroy();
  }
}
