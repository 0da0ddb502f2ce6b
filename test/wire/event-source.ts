import { type ClientRequest, type IncomingMessage, request } from "node:http";

/** An event as it came. */
export interface ReceivedEvent {
  readonly id: string | null;
  readonly event: string | null;
  /** Its data read as JSON. */
  readonly data: unknown;
}

/** Reads server-sent events as WHATWG HTML has them parsed, over a socket of its own. */
export class EventReader {
  readonly #request: ClientRequest;
  readonly #events: ReceivedEvent[] = [];
  readonly #comments: string[] = [];
  #waiting: (() => void) | null = null;
  #isOver = false;
  /** The answer's head. */
  readonly answer: Promise<IncomingMessage>;
  /** Milliseconds that the server asks to wait before connecting anew. */
  retry: number | null = null;
  /** The last id that came, with or without an event. */
  lastId: string | null = null;

  constructor(address: string, headers: Readonly<Record<string, string>> = {}, method = "GET") {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    this.answer = promise;
    this.#request = request(
      address,
      { method, headers: { accept: "text/event-stream", ...headers } },
      (answer) => {
        resolve(answer);
        this.#read(answer);
      },
    );
    this.#request.on("error", (thrown) => {
      reject(thrown);
      this.#end();
    });
    promise.catch(() => {});
    this.#request.end();
  }

  /** The next event; null where no more come. */
  async next(): Promise<ReceivedEvent | null> {
    while (this.#events.length === 0) {
      if (this.#isOver) return null;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
    return this.#events.shift() ?? null;
  }

  /** Events up to the first of a type, that one included. */
  async until(type: string): Promise<readonly ReceivedEvent[]> {
    const events: ReceivedEvent[] = [];
    for (;;) {
      const event = await this.next();
      if (event === null) throw new Error(`The stream ended after ${JSON.stringify(events)}`);
      events.push(event);
      if (typeOf(event) === type) return events;
    }
  }

  /** Nothing is read any more, as by a tab that stands still. */
  async pause(): Promise<void> {
    (await this.answer).pause();
  }

  async resume(): Promise<void> {
    (await this.answer).resume();
  }

  close(): void {
    this.#request.destroy();
  }

  #read(answer: IncomingMessage): void {
    let text = "";
    answer.setEncoding("utf8");
    answer.on("data", (part: string) => {
      text += part;
      for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
        this.#block(text.slice(0, end));
        text = text.slice(end + 2);
      }
    });
    answer.on("close", () => this.#end());
    answer.on("error", () => this.#end());
  }

  #block(block: string): void {
    let event: string | null = null;
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      const [name, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
      if (name === "") this.#comments.push(value);
      else if (name === "id") this.lastId = value;
      else if (name === "retry") this.retry = Number(value);
      else if (name === "event") event = value;
      else if (name === "data") data.push(value);
    }
    if (data.length === 0) return;
    this.#events.push({ id: this.lastId, event, data: JSON.parse(data.join("\n")) });
    this.#wake();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }

  #wake(): void {
    this.#waiting?.();
    this.#waiting = null;
  }
}

/** The type of a change that an event tells. */
export function typeOf({ data }: ReceivedEvent): string {
  return String((data as { readonly type?: unknown }).type);
}
