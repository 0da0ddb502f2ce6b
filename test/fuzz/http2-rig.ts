import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { ConnectionPool } from "../../src/net/connection-pool.ts";
import { type Exchange, HeadBlock, Trailers, type TunnelReceiver } from "../../src/net/index.ts";

/** What a server made of a connection. */
export interface Outcome {
  /** The requests that it understood whole, in no order: method, path, content. */
  readonly requests: readonly string[];
  /** The code with which it ended the connection; null where it did not. */
  readonly code: number | null;
  /** What must not have happened. */
  readonly failures: readonly string[];
}

const ok = new HeadBlock(200, ["content-type", "text/plain"]);
const trailers = new Trailers(["x-sum", "1"]);

/** Both ends of a connection within this process. */
class Wire extends Duplex {
  readonly remoteAddress = "192.0.2.1";
  readonly timeout = 0;
  readonly written: Buffer[] = [];
  hasEnded = false;

  constructor() {
    super({ allowHalfOpen: true });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    // Slabs are written into again.
    this.written.push(Buffer.from(chunk));
    done();
  }

  override _final(done: () => void): void {
    this.hasEnded = true;
    done();
  }

  setTimeout(): this {
    return this;
  }

  resetAndDestroy(): this {
    return this.destroy();
  }
}

/** A server whose handlers do all that handlers may do. */
export class Http2Rig {
  #requests: string[] = [];
  readonly #pool: ConnectionPool = new ConnectionPool({
    handler: (exchange) => this.#handle(exchange),
    limits: {
      bodyBytes: 40_000,
      outputBytes: 1_000_000,
      streams: 30,
      controlFrames: 60,
      streamWindowBytes: 30_000,
    },
  });

  async outcomeOf(chunks: readonly Buffer[]): Promise<Outcome> {
    this.#requests = [];
    const wire = new Wire();
    this.#pool.accept(wire as unknown as Socket, null, true);
    for (const chunk of chunks) {
      if (wire.destroyed) break;
      wire.push(chunk);
      if (chunks.length > 1) await settle(1);
    }
    await settle(5);
    const { code, failures } = checkFrames(Buffer.concat(wire.written));
    wire.push(null);
    await settle(2);
    wire.destroy();
    await settle(2);
    if (this.#pool.stats().connections > 0) failures.push("the connection stays");
    if (this.#pool.stats().rejectedByCode["INTERNAL"] !== this.#expectedThrows)
      failures.push("an internal error");
    return { requests: this.#requests.toSorted(), code, failures };
  }

  /** Handlers that threw, on purpose. */
  #throws = 0;

  get #expectedThrows(): number | undefined {
    return this.#throws === 0 ? undefined : this.#throws;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  #handle(exchange: Exchange): void {
    const requests = this.#requests;
    const { method, path, upgrade } = exchange.request;
    if (path === "/throw") {
      this.#throws += 1;
      throw new Error("on purpose");
    }
    if (upgrade !== null) openEcho(exchange);
    else if (path === "/early") exchange.respond(ok, null, "early");
    else if (path === "/ignore") setImmediate(() => exchange.respond(ok, null, null));
    else void this.#answer(exchange, `${method} ${path}`, requests);
  }

  async #answer(exchange: Exchange, name: string, requests: string[]): Promise<void> {
    let content: Uint8Array;
    try {
      content = await exchange.body.bytes();
    } catch {
      // The peer has gone, or its content has not come whole.
      exchange.respond(ok, null, "failed");
      return;
    }
    requests.push(`${name} ${content.length} ${exchange.body.trailers?.join(" ") ?? ""}`);
    if (name.endsWith("/late")) await settle(1);
    if (name.endsWith("/parts")) await sendParts(exchange).catch(() => {});
    else exchange.respond(ok, null, content, name.endsWith("/trailers") ? trailers : null);
  }
}

async function sendParts(exchange: Exchange): Promise<void> {
  const stream = exchange.stream(ok, ["x-a", "b"]);
  for (let part = 0; part < 4; part += 1) await stream.write(Buffer.alloc(9000, "p"));
  stream.end(trailers);
}

/** Opens the tunnel that is asked for; what comes goes back. */
function openEcho(exchange: Exchange): void {
  const receiver: TunnelReceiver = {
    received: (bytes) => tunnel.write(Buffer.from(bytes)),
    ended: () => tunnel.end(),
    drained() {},
    closed() {},
    sweep() {},
    drain() {},
  };
  const tunnel = exchange.tunnel(null, receiver);
}

/** Lets everything that is due happen: nothing here waits for time or for the system. */
async function settle(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What is sent must be whole frames, with nothing of a stream behind its end. */
function checkFrames(bytes: Buffer): { code: number | null; failures: string[] } {
  const failures: string[] = [];
  let code: number | null = null;
  if (bytes.subarray(0, 5).toString("latin1") === "HTTP/") return { code, failures };
  const ended = new Set<number>();
  let at = 0;
  while (at + 9 <= bytes.length) {
    const length = bytes.readUIntBE(at, 3);
    const [type = 0, flags = 0] = bytes.subarray(at + 3, at + 5);
    const stream = bytes.readUInt32BE(at + 5);
    if (length > 16_384) failures.push("a frame is too large");
    if (ended.has(stream) && type <= 1)
      failures.push(`a frame of type ${type} follows the end of stream ${stream}`);
    if (type === 3 || (type <= 1 && (flags & 1) !== 0)) ended.add(stream);
    if (type === 7) code = bytes.readUInt32BE(at + 13);
    at += 9 + length;
  }
  if (at !== bytes.length) failures.push("half a frame was sent");
  return { code, failures };
}
