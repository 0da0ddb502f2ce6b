import { type ClientHttp2Stream, constants, type OutgoingHttpHeaders } from "node:http2";
import { ContentCheck, contentOf } from "../content.ts";
import type { Trial } from "./trial.ts";

const transferBytes = 100_000;
const uploaded = contentOf(transferBytes);
/** Of an answer or content that is broken off. */
const cutAfterBytes = 40_000;

/** An answer in many parts. */
export class Download implements Trial {
  readonly path = "/content";
  readonly head: OutgoingHttpHeaders = { ":path": `/content?${transferBytes}` };
  readonly isCut = false;
  readonly #check: ContentCheck = new ContentCheck();

  begin(stream: ClientHttp2Stream): void {
    stream.on("data", (bytes: Buffer) => this.#check.take(bytes));
    stream.end();
  }

  fault(): string | null {
    const { received, isGood } = this.#check;
    return isGood && received === transferBytes ? null : `${received} bytes of /content, good: ${isGood}`;
  }
}

/** An answer without an end, which is reset in the middle. */
export class CutDownload implements Trial {
  readonly path = "/endless";
  readonly head: OutgoingHttpHeaders = { ":path": "/endless" };
  readonly isCut = true;
  readonly #check: ContentCheck = new ContentCheck();

  begin(stream: ClientHttp2Stream): void {
    stream.on("data", (bytes: Buffer) => {
      this.#check.take(bytes);
      if (this.#check.received >= cutAfterBytes) stream.close(constants.NGHTTP2_CANCEL);
    });
    stream.end();
  }

  fault(): string | null {
    const { received, isGood } = this.#check;
    return isGood && received >= cutAfterBytes ? null : `${received} bytes of /endless, good: ${isGood}`;
  }
}

/** Content in many parts; the server says what it got. */
export class Upload implements Trial {
  readonly path = "/upload";
  readonly head: OutgoingHttpHeaders = { ":method": "POST", ":path": "/upload" };
  readonly isCut = false;
  #answer = "";

  begin(stream: ClientHttp2Stream): void {
    stream.setEncoding("utf8");
    stream.on("data", (text: string) => {
      this.#answer += text;
    });
    stream.end(uploaded);
  }

  fault(): string | null {
    return this.#answer === `${transferBytes} true` ? null : `/upload was answered "${this.#answer}"`;
  }
}

/** Content that is broken off. */
export class CutUpload implements Trial {
  readonly path = "/upload";
  readonly head: OutgoingHttpHeaders = { ":method": "POST", ":path": "/upload" };
  readonly isCut = true;
  #hasSent = false;

  begin(stream: ClientHttp2Stream): void {
    stream.resume();
    stream.write(uploaded.subarray(0, cutAfterBytes), (error) => {
      this.#hasSent = !error;
      stream.close(constants.NGHTTP2_CANCEL);
    });
  }

  fault(): string | null {
    return this.#hasSent ? null : "Content to be broken off was not even begun";
  }
}
