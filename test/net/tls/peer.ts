import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type ConnectionOptions, connect, type TLSSocket } from "node:tls";
import {
  type ExchangeHandler,
  type Listener,
  type ListenOptions,
  listen,
  type TlsOptions,
} from "../../../src/net/index.ts";
import { type Answer, parseAnswers, quick } from "../peer.ts";

/** Where a certificate or key of these tests is; `certificates.sh` makes them. */
export function file(name: string): string {
  return join(import.meta.dirname, "certificates", name);
}

export function pem(name: string): string {
  return readFileSync(file(name), "utf8");
}

/** The server's own. */
export const pair = { certificate: file("server.pem"), key: file("server.key") };

/** A client certificate, for {@link SecurePeer}. */
export function shows(name: string): ConnectionOptions {
  return { cert: pem(`${name}.pem`), key: pem(`${name}.key`) };
}

/** A TLS listener on a free port that is closed when the test ends. */
export async function serveTls(
  test: TestContext,
  handler: ExchangeHandler,
  tls: Partial<TlsOptions> = {},
  options: Partial<ListenOptions> = {},
): Promise<{ listener: Listener; port: number }> {
  const listener = await listen({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    handler,
    tls: { ...pair, ...tls },
    ...options,
    limits: { ...quick, ...options.limits },
  });
  test.after(() => listener.close());
  return { listener, port: portOf(listener) };
}

export function portOf(listener: Listener, index = 0): number {
  const address = listener.addresses[index];
  if (address === undefined || !("port" in address)) throw new Error("no port");
  return address.port;
}

/** A TLS client that remembers what it was sent. It knows the test authority, and speaks HTTP/1.1. */
export class SecurePeer {
  readonly socket: TLSSocket;
  text = "";
  ended = false;
  secured = false;
  error: (Error & { code?: string }) | null = null;
  readonly #changes: (() => void)[] = [];

  constructor(port: number, options: ConnectionOptions = {}) {
    const usual = {
      port,
      host: "127.0.0.1",
      servername: "localhost",
      ca: pem("authority.pem"),
      allowHalfOpen: true,
      ALPNProtocols: ["http/1.1"],
    };
    this.socket = connect({ ...usual, ...options });
    this.socket.setNoDelay(true);
    this.socket.on("secureConnect", () => {
      this.secured = true;
      this.#changed();
    });
    this.socket.on("data", (chunk: Buffer) => {
      this.text += chunk.toString("latin1");
      this.#changed();
    });
    this.socket.on("end", () => {
      this.ended = true;
      this.#changed();
    });
    this.socket.on("error", (error) => {
      this.error = error;
      this.#changed();
    });
    this.socket.on("close", () => this.#changed());
  }

  send(text: string): this {
    this.socket.write(text, "latin1");
    return this;
  }

  /** Waits until something holds; fails after five seconds. */
  async until(holds: () => boolean, what = "what was waited for"): Promise<string> {
    const deadline = Date.now() + 5000;
    while (!holds()) {
      if (Date.now() > deadline)
        throw new Error(
          `${what} did not come; there was ${JSON.stringify(this.text)} (${this.error?.code ?? "no error"})`,
        );
      await new Promise<void>((resolve) => {
        this.#changes.push(resolve);
        setTimeout(resolve, 20);
      });
    }
    return this.text;
  }

  async agrees(): Promise<this> {
    await this.until(() => this.secured, "the handshake's end");
    return this;
  }

  async receives(part: string): Promise<string> {
    return await this.until(() => this.text.includes(part), part);
  }

  async answersUpTo(count: number): Promise<Answer[]> {
    await this.until(() => parseAnswers(this.text).length >= count, `answer ${count}`);
    return parseAnswers(this.text);
  }

  /** Waits for the server to close its side, closes ours, and returns all that came. */
  async closes(): Promise<string> {
    await this.until(() => this.ended || this.socket.destroyed, "the end");
    this.socket.destroy();
    return this.text;
  }

  /** Waits for the connection to be refused or cut, and answers OpenSSL's or the system's code for it. */
  async fails(): Promise<string> {
    await this.until(() => this.socket.destroyed || this.ended, "a failure");
    this.socket.destroy();
    return this.error?.code ?? "";
  }

  #changed(): void {
    for (const resolve of this.#changes.splice(0)) resolve();
  }
}
