import { request } from "node:http";
import { type ClientHttp2Session, connect } from "node:http2";
import type { Readable } from "node:stream";
import { DownloadCheck } from "./download.ts";

/** Takes about 256 KiB a second of an endless answer: too slow for the server, too fast to be cut off. */
const readEveryMs = 250;
const readBytes = 64 * 1024;

export class SlowReader {
  readonly check: DownloadCheck = new DownloadCheck();
  isGone = false;
  readonly #stream: Readable;
  readonly #timer: NodeJS.Timeout;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#timer = setInterval(() => this.#read(), readEveryMs);
    // Cut off in the end, and not before: that is for the one who asks whether it is gone.
    stream.on("error", () => {});
    stream.on("close", () => {
      this.isGone = true;
      clearInterval(this.#timer);
    });
  }

  destroy(): void {
    this.#stream.destroy();
  }

  #read(): void {
    let left = readBytes;
    while (left > 0) {
      const bytes: Buffer | null = this.#stream.read(Math.min(left, this.#stream.readableLength)) ?? null;
      if (bytes === null) return;
      this.check.take(bytes);
      left -= bytes.length;
    }
  }
}

export function readSlowlyByHttp1(port: number): Promise<SlowReader> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path: "/download", agent: false }, (response) =>
      resolve(new SlowReader(response)),
    );
    sent.on("error", reject);
    sent.end();
  });
}

export function readSlowlyByHttp2(port: number): SlowReader {
  const session: ClientHttp2Session = connect(`http://127.0.0.1:${port}`);
  session.on("error", () => {});
  const stream = session.request({ ":path": "/download" });
  stream.on("close", () => session.destroy());
  return new SlowReader(stream);
}
