import type { Socket } from "node:net";
import type { ConnectionContext } from "../connection-context.ts";
import type { Peer } from "../peer.ts";
import { checkTlsOptions } from "./check-options.ts";
import { type Credentials, loadCredentials } from "./credentials.ts";
import { appearance, FileWatch } from "./file-watch.ts";
import { Handshake } from "./handshake.ts";
import { filesOf, type TlsOptions } from "./options.ts";
import type { TlsTerms } from "./terms.ts";

/** Told when the files were read again: null, or why those from before stay in use. */
export type TlsReloadListener = (error: Error | null) => void;

const WATCH_MS = 5_000;

/** The server's side of TLS: its credentials of today, and when they are read again. Connections keep what they began with. */
export class TlsEndpoint implements TlsTerms {
  readonly clientCertificates: "ask" | "require" | "none";
  credentials: Credentials;
  readonly #options: TlsOptions;
  readonly #told: TlsReloadListener;
  readonly #watch: FileWatch;
  /** One reading after the other. */
  #reading: Promise<boolean>;
  /** What the last reading failed for; null after one that did not. */
  #failure: string | null;

  private constructor(options: TlsOptions, seen: string, credentials: Credentials, told: TlsReloadListener) {
    const { clientAuthorities, clientCertificates = "require", watchMs = WATCH_MS } = options;
    this.clientCertificates = clientAuthorities === undefined ? "none" : clientCertificates;
    this.credentials = credentials;
    this.#options = options;
    this.#told = told;
    this.#watch = new FileWatch(filesOf(options), seen, watchMs, () => void this.#enqueue(false));
    this.#reading = Promise.resolve(true);
    this.#failure = null;
  }

  /** Throws a TlsError for what cannot be used. */
  static async open(options: TlsOptions, told: TlsReloadListener): Promise<TlsEndpoint> {
    checkTlsOptions(options);
    const seen = await appearance(filesOf(options));
    return new TlsEndpoint(options, seen, await loadCredentials(options), told);
  }

  /** Begins TLS on a fresh connection. */
  begin(context: ConnectionContext, socket: Socket, peer: Peer): Handshake {
    return new Handshake(context, socket, peer, this);
  }

  /** Reads the files again for the handshakes to come; false if they cannot be used, and those from before stay. */
  reload(): Promise<boolean> {
    return this.#enqueue(true);
  }

  stop(): void {
    this.#watch.stop();
  }

  /** `isAsked`: someone wants to know, though the reason may be the same as the last time. */
  #enqueue(isAsked: boolean): Promise<boolean> {
    this.#reading = this.#reading.then(() => this.#read(isAsked));
    return this.#reading;
  }

  async #read(isAsked: boolean): Promise<boolean> {
    await this.#watch.mark();
    try {
      this.credentials = await loadCredentials(this.#options);
    } catch (thrown) {
      this.#failed(thrown instanceof Error ? thrown : new Error(String(thrown)), isAsked);
      return false;
    }
    this.#failure = null;
    this.#tell(null);
    return true;
  }

  #failed(error: Error, isAsked: boolean): void {
    const isNews = error.message !== this.#failure;
    this.#failure = error.message;
    this.#watch.forget();
    if (isNews || isAsked) this.#tell(error);
  }

  #tell(error: Error | null): void {
    try {
      this.#told(error);
    } catch {
      // A log that fails must not take the certificates down with it.
    }
  }
}
