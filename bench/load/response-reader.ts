const contentLength = /\r\ncontent-length: *(\d+)\r\n/i;

/** Finds the end of each answer on a connection that has one request under way at a time. */
export class ResponseReader {
  #text = "";

  /** Takes bytes; true when the answer is whole. Throws for one that is not 200 or states no length. */
  isComplete(bytes: Buffer): boolean {
    this.#text += bytes.toString("latin1");
    const headEnd = this.#text.indexOf("\r\n\r\n");
    if (headEnd < 0) return false;
    const length = contentLength.exec(this.#text)?.[1];
    if (length === undefined || !this.#text.startsWith("HTTP/1.1 200")) throw new Error(this.#text);
    if (this.#text.length < headEnd + 4 + Number(length)) return false;
    this.#text = "";
    return true;
  }
}
