import { type TokenSource, Tokens } from "./tokens.ts";

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
  readonly token?: TokenSource | undefined;
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
  /** A lost connection is tried again after a random part of this, doubled each time: 500. */
  readonly backOffMs?: number | undefined;
  /** What that grows to: 30,000. */
  readonly backOffMaxMs?: number | undefined;
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

const usual = {
  whileAway: "fail" as WhileAway,
  queueMax: 100,
  timeout: 0,
  buffer: 1_000,
  heartbeatMs: 20_000,
  answerMs: 10_000,
  backOffMs: 500,
  backOffMaxMs: 30_000,
} as const;

/** The options, each with a value. */
export interface Settings extends Required<Readonly<{ [K in keyof typeof usual]: ClientOptions[K] & {} }>> {
  /** `wss://api.example.com` */
  readonly origin: string;
  /** Of calls. */
  readonly path: string;
  readonly tokens: Tokens;
}

declare const location: { readonly origin: string } | undefined;

/** Throws a TypeError for a `url` that is no address. */
export function toSettings(options: ClientOptions): Settings {
  const { url = typeof location === "undefined" ? "" : location.origin, version, token } = options;
  if (!/^(http|ws)s?:/.test(`${url}`)) throw new TypeError(`url: "${url}" is no address`);
  const stated = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    ...usual,
    ...Object.fromEntries(stated),
    origin: `${url}`.replace(/^http/, "ws").replace(/\/$/, ""),
    path: version === undefined ? "/rpc" : `/api/v${version}/rpc`,
    tokens: new Tokens(token),
  };
}
