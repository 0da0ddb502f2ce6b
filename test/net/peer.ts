import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import {
  type Exchange,
  type ExchangeHandler,
  HeadBlock,
  type Listener,
  type ListenOptions,
  listen,
} from "../../src/net/index.ts";

/** Limits under which tests about time end soon. */
export const quick = { sweepMs: 20, lingerMs: 60 };

export const ok: HeadBlock = new HeadBlock(200, ["content-type", "text/plain"]);

/** Answers with the method, path, query and content. */
export const echo: ExchangeHandler = (exchange) => {
  void answerEcho(exchange);
};

async function answerEcho(exchange: Exchange): Promise<void> {
  const { method, path, query } = exchange.request;
  try {
    const content = Buffer.from(await exchange.body.bytes()).toString("latin1");
    exchange.respond(ok, null, `${method} ${path} ${query} ${content}`);
  } catch (error) {
    const { http = 500 } = error as { http?: number };
    exchange.respond(new HeadBlock(http), null, "failed");
  }
}

/** A listener on a free port that is closed when the test ends. */
export async function serve(
  test: TestContext,
  handler: ExchangeHandler,
  options: Partial<ListenOptions> = {},
): Promise<{ listener: Listener; port: number }> {
  const addresses = [{ host: "127.0.0.1", port: 0 }];
  const listener = await listen({ addresses, handler, ...options, limits: { ...quick, ...options.limits } });
  test.after(() => listener.close());
  const [address] = listener.addresses;
  if (address === undefined || !("port" in address)) throw new Error("no port");
  return { listener, port: address.port };
}

/** A raw socket that remembers what it was sent. */
export class Peer {
  readonly socket: Socket;
  text = "";
  ended = false;
  failed = false;
  readonly #changes: (() => void)[] = [];

  constructor(port: number) {
    this.socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    this.socket.on("data", (chunk: Buffer) => {
      this.text += chunk.toString("latin1");
      this.#changed();
    });
    this.socket.on("end", () => {
      this.ended = true;
      this.#changed();
    });
    this.socket.on("error", () => {
      this.failed = true;
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
        throw new Error(`${what} did not come; there was ${JSON.stringify(this.text)}`);
      await new Promise<void>((resolve) => {
        this.#changes.push(resolve);
        setTimeout(resolve, 100);
      });
    }
    return this.text;
  }

  /** Waits for a text to come. */
  async receives(part: string): Promise<string> {
    return await this.until(() => this.text.includes(part), part);
  }

  /** Waits for the server to close its side, closes ours, and returns all that came. */
  async closes(): Promise<string> {
    await this.until(() => this.ended || this.failed || this.socket.destroyed, "the end");
    this.socket.destroy();
    return this.text;
  }

  /** The final answers that have come, taken apart; see {@link parseAnswers}. */
  get answers(): Answer[] {
    return parseAnswers(this.text);
  }

  async answersUpTo(count: number): Promise<Answer[]> {
    await this.until(() => this.answers.length >= count, `answer ${count}`);
    return this.answers;
  }

  #changed(): void {
    for (const resolve of this.#changes.splice(0)) resolve();
  }
}

/** One answer as a peer reads it. */
export interface Answer {
  status: number;
  head: string;
  body: string;
}

/** Reads whole answers off a text by `content-length` or chunks; none of them may be one to HEAD. */
export function parseAnswers(text: string): Answer[] {
  const answers: Answer[] = [];
  let rest = text;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) return answers;
    const head = rest.slice(0, end + 2);
    const status = Number(head.slice(9, 12));
    const content = rest.slice(end + 4);
    const taken = takeBody(head, status, content);
    if (taken === null) return answers;
    answers.push({ status, head, body: taken.body });
    rest = content.slice(taken.used);
  }
}

function takeBody(head: string, status: number, content: string): { body: string; used: number } | null {
  if (status < 200 || status === 204 || status === 304) return { body: "", used: 0 };
  if (/transfer-encoding: chunked/.test(head)) return takeChunks(content);
  const length = Number(/content-length: (\d+)/.exec(head)?.[1] ?? content.length);
  return content.length < length ? null : { body: content.slice(0, length), used: length };
}

function takeChunks(content: string): { body: string; used: number } | null {
  let body = "";
  let at = 0;
  for (;;) {
    const line = content.indexOf("\r\n", at);
    if (line < 0) return null;
    const size = Number.parseInt(content.slice(at, line), 16);
    const end = line + 2 + size + 2;
    if (content.length < end) return null;
    body += content.slice(line + 2, end - 2);
    at = end;
    if (size === 0) return { body, used: at };
  }
}

export function get(path = "/", fields = ""): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\n${fields}\r\n`;
}

export function post(content: string, fields = ""): string {
  return `POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: ${content.length}\r\n${fields}\r\n${content}`;
}

/** For what must *not* happen: long enough for it to happen if it does. */
export function pause(milliseconds = 50): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
