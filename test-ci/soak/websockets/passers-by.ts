import { setTimeout as pause } from "node:timers/promises";
import { WebSocket } from "ws";
import type { Target } from "../target.ts";

const stayMs = 300;
const text = "A text that can be made shorter, and is long enough for that. ".repeat(64);

/** WebSockets that come, say something with compression, and leave: in good order or not, in turn. */
export class PassersBy {
  passed = 0;
  readonly failures: string[] = [];
  readonly #url: string;
  readonly #rounds: Promise<void>;
  #isOver = false;

  constructor({ port, isSecure }: Target, atOnce: number) {
    this.#url = `${isSecure ? "wss" : "ws"}://127.0.0.1:${port}/websocket`;
    this.#rounds = Promise.all(Array.from({ length: atOnce }, () => this.#pass())).then(() => {});
  }

  /** Resolves when the last one has left. */
  stop(): Promise<void> {
    this.#isOver = true;
    return this.#rounds;
  }

  async #pass(): Promise<void> {
    while (!this.#isOver) {
      await this.#visit(this.passed % 2 === 0).catch((error) => this.failures.push(String(error)));
      this.passed += 1;
    }
  }

  async #visit(isOrderly: boolean): Promise<void> {
    const socket = new WebSocket(this.#url, {
      perMessageDeflate: { threshold: 0 },
      rejectUnauthorized: false,
    });
    try {
      await event(socket, "open");
      for (const message of [text, `${text}.`]) {
        socket.send(message);
        const came = await event(socket, "message");
        if (came !== message) throw new Error("A passer-by was answered with something else");
      }
      await pause(stayMs);
      if (isOrderly) socket.close(1000);
      else socket.send(text, () => socket.terminate());
      await event(socket, "close");
    } finally {
      socket.terminate();
    }
  }
}

/** The text of a message, or nothing of much interest; rejects when the connection fails or ends instead. */
function event(socket: WebSocket, name: "open" | "message" | "close"): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const settle = (data: unknown): void => resolve(String(data));
  const fail = (error: unknown): void => reject(new Error(`A passer-by was cut off: ${String(error)}`));
  const end = name === "close" ? settle : fail;
  socket.on(name, settle).on("error", fail).on("close", end);
  return promise.finally(() => socket.off(name, settle).off("error", fail).off("close", end));
}
