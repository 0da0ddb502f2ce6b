import { once } from "node:events";
import { WebSocket } from "undici";

/** What a call answers, and what an event tells. */
export type Told = Readonly<Record<string, unknown>>;

/** The DevTools protocol over its WebSocket. */
export class DevTools {
  readonly #socket: WebSocket;
  readonly #calls = new Map<number, PromiseWithResolvers<Told>>();
  readonly #listeners = new Set<(method: string, params: Told, sessionId: string) => void>();
  #lastId = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#receive(JSON.parse(String(data)));
    socket.onclose = () => {
      for (const call of this.#calls.values()) call.reject(new Error("Chromium is gone"));
    };
  }

  static async connect(url: string): Promise<DevTools> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new DevTools(socket);
  }

  call(method: string, params: object, session: { sessionId?: string } = {}): Promise<Told> {
    this.#lastId += 1;
    const answer = Promise.withResolvers<Told>();
    this.#calls.set(this.#lastId, answer);
    this.#socket.send(JSON.stringify({ id: this.#lastId, method, params, ...session }));
    return answer.promise;
  }

  /** Tells `listener` of every event of a session. */
  listen(sessionId: string, listener: (method: string, params: Told) => void): void {
    this.#listeners.add((method, params, of) => {
      if (of === sessionId) listener(method, params);
    });
  }

  close(): void {
    this.#socket.close();
  }

  #receive(message: Told): void {
    const { id, method, result, error, params, sessionId } = message;
    if (typeof method === "string")
      for (const listener of this.#listeners)
        listener(method, isRecord(params) ? params : {}, String(sessionId));
    if (typeof id !== "number") return;
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error !== undefined) call?.reject(new Error(JSON.stringify(error)));
    else call?.resolve(isRecord(result) ? result : {});
  }
}

export function isRecord(value: unknown): value is Told {
  return typeof value === "object" && value !== null;
}
