/** A stream of events, as whoever looks after all of them sees it. */
export interface OpenStream {
  /** Sends a sign of life, where nothing else was sent lately. */
  beat(): void;
  /** The server stops. */
  stop(): void;
}

/** Milliseconds between signs of life, which keep proxies from cutting a quiet stream. */
const heartbeatMs = 15_000;

/** The streams of events that are open: one timer for all of them, which runs while there are any. */
export class OpenStreams {
  readonly #open = new Set<OpenStream>();
  #heartbeat: NodeJS.Timeout | null = null;
  #isStopping = false;

  get isStopping(): boolean {
    return this.#isStopping;
  }

  add(stream: OpenStream): void {
    this.#open.add(stream);
    this.#heartbeat ??= setInterval(() => this.#beat(), heartbeatMs).unref();
  }

  remove(stream: OpenStream): void {
    this.#open.delete(stream);
    if (this.#open.size > 0 || this.#heartbeat === null) return;
    clearInterval(this.#heartbeat);
    this.#heartbeat = null;
  }

  /** The server stops: whoever would go on connects anew, elsewhere. */
  drain(): void {
    this.#isStopping = true;
    for (const stream of this.#open) stream.stop();
  }

  #beat(): void {
    for (const stream of this.#open) stream.beat();
  }
}
