import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { compiler } from "./project.ts";

type Answer = (result: unknown) => void;

/** Speaks the Language Server Protocol with the compiler's own server: what editors do. */
export class LanguageServer {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #waiting = new Map<number, Answer>();
  #received: Buffer = Buffer.alloc(0);
  #lastId = 0;

  constructor(folder: string) {
    this.#process = spawn(process.execPath, [compiler, "--lsp", "--stdio"], {
      cwd: folder,
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#process.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  static async open(folder: string): Promise<LanguageServer> {
    const server = new LanguageServer(folder);
    const rootUri = pathToFileURL(folder).href;
    const completion = { completionItem: { snippetSupport: true } };
    await server.request("initialize", {
      processId: process.pid,
      rootUri,
      workspaceFolders: [{ uri: rootUri, name: "scale" }],
      capabilities: { textDocument: { completion } },
    });
    server.notify("initialized", {});
    return server;
  }

  request(method: string, params?: object): Promise<unknown> {
    this.#lastId++;
    const id = this.#lastId;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  notify(method: string, params?: object): void {
    this.#send({ method, params });
  }

  async close(): Promise<void> {
    const exit = once(this.#process, "exit");
    await this.request("shutdown");
    this.notify("exit");
    const timer = setTimeout(() => this.#process.kill(), 2000);
    await exit;
    clearTimeout(timer);
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#process.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (let message = this.#take(); message !== null; message = this.#take()) this.#answer(message);
  }

  /** The next whole message; null where more octets must come. */
  #take(): Message | null {
    const end = this.#received.indexOf("\r\n\r\n");
    if (end === -1) return null;
    const length = Number(/Content-Length: (\d+)/i.exec(this.#received.toString("latin1", 0, end))?.[1]);
    if (this.#received.length < end + 4 + length) return null;
    const text = this.#received.toString("utf8", end + 4, end + 4 + length);
    this.#received = this.#received.subarray(end + 4 + length);
    const message: Message = JSON.parse(text);
    return message;
  }

  #answer({ id, method, result, error }: Message): void {
    if (id === undefined) return;
    // The server asks for settings, and to be told of files: there are none.
    if (method !== undefined) this.#send({ id, result: method === "workspace/configuration" ? [] : null });
    else if (error !== undefined) throw new Error(`The language server refused: ${error.message}`);
    else this.#waiting.get(id)?.(result);
  }
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}
