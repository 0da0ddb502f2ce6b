import { connect, createServer, type Server, type Socket } from "node:net";

/** What has gone over a relay since it began. */
export interface Traffic {
  readonly connections: number;
  /** Bytes that clients have sent. */
  readonly up: number;
  /** Bytes that they have been sent. */
  readonly down: number;
}

/** Stands between clients and a port of this machine, and counts what goes by. */
export class Relay {
  readonly #server: Server;
  readonly #sockets: Set<Socket>;
  #connections: number;
  #up: number;
  #down: number;

  constructor(port: number) {
    this.#sockets = new Set();
    this.#connections = 0;
    this.#up = 0;
    this.#down = 0;
    this.#server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => this.#pass(client, port));
  }

  /** Resolves with the port that it listens at. */
  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
  }

  get traffic(): Traffic {
    return { connections: this.#connections, up: this.#up, down: this.#down };
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #pass(client: Socket, port: number): void {
    const server = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    this.#connections += 1;
    client.on("data", (part) => {
      this.#up += part.length;
    });
    server.on("data", (part) => {
      this.#down += part.length;
    });
    join(client, server, this.#sockets);
    join(server, client, this.#sockets);
  }
}

/** Whoever goes away, goes away for the other one too. */
function join(from: Socket, to: Socket, all: Set<Socket>): void {
  all.add(from);
  from.pipe(to);
  from.on("error", () => to.destroy());
  from.on("close", () => {
    all.delete(from);
    to.destroySoon();
  });
}
