import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from "node:http2";

/** Requests under way at a time on one connection. */
const concurrent = 4;

/** An HTTP/2 connection that always has requests under way. Each has a number, which must come back thrice. */
export class BusySession {
  sent = 0;
  answered = 0;
  /** Sent while the server was about to go, and refused by it untouched (RFC 9113 §8.7): to be sent again, to another. */
  refused = 0;
  /** What went wrong; null if nothing did. */
  failure: string | null = null;
  isGone = false;
  readonly #session: ClientHttp2Session;
  #isGoing = false;

  constructor(port: number) {
    this.#session = connect(`http://127.0.0.1:${port}`);
    this.#session.on("connect", () => this.#fill());
    // A code that is no error: the server will go, and answers what it has.
    this.#session.on("goaway", (code) => this.#goaway(code));
    this.#session.on("error", (error: Error) => this.#fail(error.message));
    this.#session.on("close", () => {
      this.isGone = true;
    });
  }

  get underWay(): number {
    return this.sent - this.answered - this.refused;
  }

  destroy(): void {
    this.#isGoing = true;
    this.#session.destroy();
  }

  #fill(): void {
    while (!this.#isGoing && !this.#session.closed && this.underWay < concurrent) this.#request();
  }

  #request(): void {
    this.sent += 1;
    const number = String(this.sent);
    const stream = this.#session.request({ ":method": "POST", ":path": "/echo", number });
    let [head, body, trailer] = ["", "", ""];
    stream.setEncoding("utf8");
    stream.on("response", (fields) => {
      head = `${fields[":status"]} ${String(fields["number"])}`;
    });
    stream.on("data", (text: string) => {
      body += text;
    });
    stream.on("trailers", (fields) => {
      trailer = String(fields["number"]);
    });
    // What it means is said by the stream's code.
    stream.on("error", () => {});
    stream.on("close", () => this.#settle(stream, number, `${head} ${body} ${trailer}`));
    stream.end(number);
  }

  #settle(stream: ClientHttp2Stream, number: string, answer: string): void {
    if (answer === `200 ${number} ${number} ${number}`) this.answered += 1;
    else if (this.#isGoing && stream.rstCode === constants.NGHTTP2_REFUSED_STREAM) this.refused += 1;
    else this.#fail(`Request ${number} was answered with "${answer}", code ${stream.rstCode}`);
    this.#fill();
  }

  #goaway(code: number): void {
    this.#isGoing = true;
    if (code !== constants.NGHTTP2_NO_ERROR) this.#fail(`GOAWAY with code ${code}`);
  }

  #fail(message: string): void {
    this.failure ??= message;
  }
}
