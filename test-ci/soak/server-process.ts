import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { MemorySample } from "./memory-record.ts";

/** What the server tells. */
export type ServerMessage =
  | { readonly kind: "listening"; readonly port: number }
  | ({ readonly kind: "memory" } & MemorySample)
  | { readonly kind: "rejected"; readonly code: string }
  | { readonly kind: "downloadEnded" }
  | Drained;

/** How the draining went. */
export interface Drained {
  readonly kind: "drained";
  readonly milliseconds: number;
  /** Still open: none. */
  readonly connections: number;
  /** That reached the handler, in all. */
  readonly requests: number;
}

/** The server of the soak, seen from outside. */
export class SoakServer {
  /** Codes of what the server refused or broke off, and how often. */
  readonly rejected: Map<string, number> = new Map();
  /** Slow readers that the server has given up. */
  downloadsEnded = 0;
  readonly #child: ChildProcess;
  readonly #waiting: Map<string, PromiseWithResolvers<ServerMessage>> = new Map();

  constructor() {
    this.#child = fork(join(import.meta.dirname, "server.ts"), {
      execArgv: ["--conditions=fourfold-source", "--expose-gc"],
    });
    this.#child.on("message", (message: ServerMessage) => this.#take(message));
    this.#child.on("exit", () => this.#failAll());
  }

  async listening(): Promise<number> {
    const { port } = await this.#next("listening");
    return port;
  }

  memory(): Promise<MemorySample> {
    this.#child.send("memory");
    return this.#next("memory");
  }

  drain(drainMs: number): Promise<Drained> {
    this.#child.send({ drainMs });
    return this.#next("drained");
  }

  /** The exit code of a server that was drained and has nothing left to do; null where it had to be killed. */
  async exitCode(withinMs: number): Promise<number | null> {
    const timer = setTimeout(() => this.kill(), withinMs);
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "exit");
    clearTimeout(timer);
    return this.#child.exitCode;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }

  #take(message: ServerMessage): void {
    if (message.kind === "rejected")
      this.rejected.set(message.code, (this.rejected.get(message.code) ?? 0) + 1);
    else if (message.kind === "downloadEnded") this.downloadsEnded += 1;
    else this.#waiting.get(message.kind)?.resolve(message);
  }

  async #next<K extends ServerMessage["kind"]>(kind: K): Promise<Extract<ServerMessage, { kind: K }>> {
    const waiting = Promise.withResolvers<ServerMessage>();
    this.#waiting.set(kind, waiting);
    const message = await waiting.promise;
    if (!isOf(message, kind)) throw new Error(`Not ${kind}`);
    return message;
  }

  #failAll(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error("The server has ended"));
  }
}

function isOf<K extends ServerMessage["kind"]>(
  message: ServerMessage,
  kind: K,
): message is Extract<ServerMessage, { kind: K }> {
  return message.kind === kind;
}
