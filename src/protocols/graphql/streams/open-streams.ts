/** The streams of an endpoint that go on until somebody leaves, so that a server that stops can end them. */
export class OpenStreams {
  readonly #ends: Set<() => void>;
  #isStopping: boolean;

  constructor() {
    this.#ends = new Set();
    this.#isStopping = false;
  }

  /** No stream may begin any more. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** `end` is called when the server stops, at once if it does already. Answers what to call when the stream is over. */
  add(end: () => void): () => void {
    if (this.#isStopping) end();
    else this.#ends.add(end);
    return () => this.#ends.delete(end);
  }

  /** The server stops. */
  drain(): void {
    this.#isStopping = true;
    for (const end of this.#ends) end();
    this.#ends.clear();
  }
}
