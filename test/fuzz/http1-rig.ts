import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { ConnectionPool } from "../../src/net/connection-pool.ts";
import { type Exchange, HeadBlock } from "../../src/net/index.ts";

/** What a server made of some bytes. */
export interface Outcome {
  /** The requests that it understood whole: method, target, content. */
  readonly requests: readonly string[];
  /** The statuses of its answers. */
  readonly statuses: readonly number[];
  /** It refused something, or will take no more. */
  readonly closed: boolean;
}

/** Both ends of a connection within this process: what is pushed is read by the server, what it writes is kept. */
class Wire extends Duplex {
  readonly remoteAddress = "192.0.2.1";
  readonly timeout = 0;
  written = "";
  hasEnded = false;

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
    this.written +=
      typeof chunk === "string" ? Buffer.from(chunk, encoding).toString("latin1") : chunk.toString("latin1");
    done();
  }

  override _final(done: () => void): void {
    this.hasEnded = true;
    done();
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  resetAndDestroy(): this {
    return this.destroy();
  }

  outcome(requests: string[]): Outcome {
    const statuses = [...this.written.matchAll(/HTTP\/1\.1 (\d+) /g)].map((match) => Number(match[1]));
    return {
      requests,
      statuses: statuses.filter((status) => status >= 200),
      closed: this.hasEnded || this.destroyed,
    };
  }
}

/** Lets everything that is due happen: nothing here waits for time or for the system. */
async function settle(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function feed(wire: Wire, chunks: readonly string[], turns: number): Promise<void> {
  for (const chunk of chunks) {
    if (wire.destroyed) break;
    wire.push(Buffer.from(chunk, "latin1"));
    if (chunks.length > 1) await settle(1);
  }
  await settle(turns);
}

const done = new HeadBlock(200);

/** fourfold's side. */
export class OurServer {
  #requests: string[] = [];
  readonly #pool: ConnectionPool = new ConnectionPool({ handler: (exchange) => void this.#handle(exchange) });

  async outcomeOf(...chunks: string[]): Promise<Outcome> {
    this.#requests = [];
    const wire = new Wire();
    this.#pool.accept(wire as unknown as Socket, null, true);
    await feed(wire, chunks, 4);
    const outcome = wire.outcome(this.#requests);
    wire.destroy();
    await settle(1);
    return outcome;
  }

  get openConnections(): number {
    return this.#pool.stats().connections;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async #handle(exchange: Exchange): Promise<void> {
    const requests = this.#requests;
    const { method, path, query } = exchange.request;
    try {
      const content = Buffer.from(await exchange.body.bytes()).toString("latin1");
      requests.push(`${method} ${path}${query === null ? "" : `?${query}`} ${content}`);
      exchange.respond(done, null, "");
    } catch (error) {
      const { http = 500 } = error as { http?: number };
      exchange.respond(new HeadBlock(http), null, "");
    }
  }
}

/** Node's own HTTP server, as strict as it comes. */
export class NodeServer {
  #requests: string[] = [];
  readonly #server: Server = createServer({ insecureHTTPParser: false }, (request, response) =>
    this.#handle(request, response),
  );

  async outcomeOf(...chunks: string[]): Promise<Outcome> {
    this.#requests = [];
    const wire = new Wire();
    this.#server.emit("connection", wire);
    await feed(wire, chunks, 8);
    const outcome = wire.outcome(this.#requests);
    wire.destroy();
    await settle(1);
    return outcome;
  }

  close(): void {
    this.#server.close();
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const requests = this.#requests;
    let content = "";
    request.setEncoding("latin1");
    request.on("data", (part: string) => {
      content += part;
    });
    request.on("error", () => {});
    request.on("end", () => {
      requests.push(`${request.method} ${originForm(request)} ${content}`);
      response.end();
    });
  }
}

/** Node hands an absolute-form target on as it is; ours is taken apart (RFC 9112 §3.2.2). */
function originForm(request: IncomingMessage): string {
  const match = /^https?:\/\/[^/?]*(.*)$/i.exec(request.url ?? "");
  if (match === null) return request.url ?? "";
  const rest = match[1] ?? "";
  if (rest === "") return request.method === "OPTIONS" ? "*" : "/";
  return rest.startsWith("?") ? `/${rest}` : rest;
}
