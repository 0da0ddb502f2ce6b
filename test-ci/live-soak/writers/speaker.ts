import { WebSocket } from "ws";

/** Says numbered messages in a room, so many a second. */
export class Speaker {
  said = 0;
  readonly #socket: WebSocket;
  #text: string;
  #timer: NodeJS.Timeout;

  constructor(url: string, text: string, { rate, failed }: { rate: number; failed: (what: string) => void }) {
    this.#text = text;
    this.#socket = new WebSocket(url, { perMessageDeflate: false });
    this.#socket.on("message", (data) => {
      const told = JSON.parse(String(data)) as { readonly type: string };
      if (told.type !== "message") failed(`${url} said ${String(data).slice(0, 200)}`);
    });
    this.#socket.on("close", (code) => failed(`${url} was closed: ${code}`));
    this.#socket.on("error", (error) => failed(`${url}: ${error.message}`));
    this.#timer = this.#every(rate);
  }

  /** Only now and then from here on, so that whoever comes late hears where the room is. */
  calmDown(): void {
    clearInterval(this.#timer);
    this.#text = "calm";
    this.#timer = this.#every(2);
  }

  #every(rate: number): NodeJS.Timeout {
    return setInterval(() => {
      if (this.#socket.readyState !== this.#socket.OPEN) return;
      this.#socket.send(JSON.stringify({ n: this.said, text: this.#text }));
      this.said += 1;
    }, 1000 / rate);
  }
}
