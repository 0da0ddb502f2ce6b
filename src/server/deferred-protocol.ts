import type { Exchange } from "../net/exchange.ts";
import type { PreparedProtocol, Protocol, RequestTarget } from "../protocols/http/protocol.ts";

/** Answers a request that cannot be served, with what was thrown. */
export type Refuse = (exchange: Exchange, thrown: unknown) => void;

/**
 * A protocol that is loaded by its first request, which waits for it (some tens of milliseconds): who never calls it, does not pay
 * for it with time at start, nor with memory.
 */
export class DeferredProtocol implements Protocol {
  readonly #prepared: PreparedProtocol;
  readonly #refuse: Refuse;
  #loading: Promise<Protocol> | null;
  #loaded: Protocol | null;
  /** What it was told when the server began to stop; null until then. */
  #drained: { readonly othersGoOn: boolean } | null;

  constructor(prepared: PreparedProtocol, refuse: Refuse) {
    this.#prepared = prepared;
    this.#refuse = refuse;
    this.#loading = null;
    this.#loaded = null;
    this.#drained = null;
  }

  takes(exchange: { readonly request: RequestTarget }): boolean {
    return this.#prepared.takes(exchange);
  }

  serve(exchange: Exchange): void {
    if (this.#loaded !== null) this.#loaded.serve(exchange);
    else void this.#serveLoading(exchange);
  }

  drain(othersGoOn: boolean): void {
    this.#drained = { othersGoOn };
    this.#loaded?.drain(othersGoOn);
  }

  /** Loads it now. Rejects with what stands in the way; the next request tries again. */
  async load(): Promise<Protocol> {
    this.#loading ??= this.#load();
    try {
      return await this.#loading;
    } catch (thrown) {
      // Whatever it was (too many files are open, say), it may be over by then.
      this.#loading = null;
      throw thrown;
    }
  }

  async #serveLoading(exchange: Exchange): Promise<void> {
    let loaded: Protocol;
    try {
      loaded = await this.load();
    } catch (thrown) {
      this.#refuse(exchange, thrown);
      return;
    }
    loaded.serve(exchange);
  }

  async #load(): Promise<Protocol> {
    const loaded = await this.#prepared.load();
    if (this.#drained !== null) loaded.drain(this.#drained.othersGoOn);
    this.#loaded = loaded;
    return loaded;
  }
}
