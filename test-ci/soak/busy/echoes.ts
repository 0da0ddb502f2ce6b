import type { ClientHttp2Stream, IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http2";
import type { Trial } from "./trial.ts";

/** A number that must come back thrice: in a field, in the content and in a trailer. */
export class Echo implements Trial {
  readonly path: string;
  readonly head: OutgoingHttpHeaders;
  readonly isCut = false;
  readonly #number: string;
  #status: unknown = null;
  #came: string[] = ["", "", ""];

  constructor(number: number, path = "/echo") {
    this.path = path;
    this.#number = String(number);
    this.head = { ":method": "POST", ":path": path, number: this.#number };
  }

  begin(stream: ClientHttp2Stream): void {
    stream.setEncoding("utf8");
    stream.on("response", (fields: IncomingHttpHeaders & { ":status"?: number }) => {
      this.#status = fields[":status"];
      this.#came[0] = String(fields["number"]);
    });
    stream.on("data", (text: string) => {
      this.#came[1] += text;
    });
    stream.on("trailers", (fields) => {
      this.#came[2] = String(fields["number"]);
    });
    this.finish(stream);
  }

  fault(): string | null {
    const isGood = this.#status === 200 && this.#came.every((number) => number === this.#number);
    return isGood ? null : `${this.path} ${this.#number} was answered ${this.#status} ${this.#came}`;
  }

  /** Sends the content. */
  protected finish(stream: ClientHttp2Stream): void {
    stream.end(this.#number);
  }
}

/** The same, but the content ends only when it is told to. */
export class HeldEcho extends Echo {
  #stream: ClientHttp2Stream | null = null;

  constructor(number: number) {
    super(number, "/held");
  }

  release(): void {
    if (this.#stream !== null) super.finish(this.#stream);
  }

  protected override finish(stream: ClientHttp2Stream): void {
    this.#stream = stream;
  }
}
