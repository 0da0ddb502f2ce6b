import type { Awaitable } from "../base/awaitable.ts";

/** What becomes of calls while there is no connection: they wait for the next one, or fail. */
export type WhileAway = "queue" | "fail";

/** What {@link createClient} may be told. Times are milliseconds. */
export interface ClientOptions {
  /** The server's origin, `https://api.example.com`; the page's own where it is not stated. */
  readonly url?: string | URL | undefined;
  /** The version of the contract, `"2"`; the API's default one where it is not stated. */
  readonly version?: string | undefined;
  /**
   * The bearer token, null for nobody: asked for at each connection, before it expires, and when the server refused it. `refused` is the
   * one that it did not take.
   */
  readonly token?: ((refused: string | null) => Awaitable<string | null | undefined>) | undefined;
  /** `fail` where it is not stated. */
  readonly whileAway?: WhileAway | undefined;
  /** Calls, and messages of a channel, that may wait: 100. */
  readonly queueMax?: number | undefined;
  /** Time that a call may take, waiting included; none where it is not stated. */
  readonly timeout?: number | undefined;
  /** Events that wait for whoever takes them, for each watch, subscription and channel: 1000. */
  readonly buffer?: number | undefined;
  /** Of silence, after which the server is asked for a sign of life: 20,000. */
  readonly heartbeatMs?: number | undefined;
  /** In which it must give it, and a connection must open: 10,000. */
  readonly answerMs?: number | undefined;
  /** The longest time until a lost connection is tried again, at first and at most: 500 and 30,000. */
  readonly backOffMs?: { readonly first?: number; readonly max?: number } | undefined;
}

/** What a call may be told beside its input. */
export interface CallOptions {
  /** Cancels the call. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly whileAway?: WhileAway | undefined;
  /** Of a command: one with the same key and input is carried out once. Made by the client where calls wait. */
  readonly idempotencyKey?: string | undefined;
  /** W3C Trace Context. */
  readonly traceparent?: string | undefined;
}

/** What a watch, a subscription or a channel may be told beside its input. */
export interface StreamOptions {
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
  /** Events that wait for whoever takes them. */
  readonly buffer?: number | undefined;
}

/** The options, each with a value. */
export interface Settings {
  readonly origin: string;
  readonly path: string;
  readonly whileAway: WhileAway;
  readonly queueMax: number;
  readonly timeout: number;
  readonly buffer: number;
  readonly heartbeatMs: number;
  readonly answerMs: number;
  readonly firstMs: number;
  readonly maxMs: number;
}

declare const location: { readonly origin: string } | undefined;

export function toSettings(options: ClientOptions): Settings {
  const { url, version } = options;
  const origin = url === undefined && typeof location !== "undefined" ? location.origin : `${url ?? ""}`;
  if (!/^(http|ws)s?:\/\//.test(origin))
    throw new TypeError(`url: "${origin}" is not an address: state the server's, "https://api.example.com"`);
  return {
    origin: origin.replace(/^http/, "ws").replace(/\/+$/, ""),
    path: version === undefined ? "/rpc" : `/api/v${version}/rpc`,
    whileAway: options.whileAway ?? "fail",
    queueMax: options.queueMax ?? 100,
    timeout: options.timeout ?? 0,
    buffer: options.buffer ?? 1000,
    heartbeatMs: options.heartbeatMs ?? 20_000,
    answerMs: options.answerMs ?? 10_000,
    firstMs: options.backOffMs?.first ?? 500,
    maxMs: options.backOffMs?.max ?? 30_000,
  };
}
