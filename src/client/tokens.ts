import type { Awaitable } from "../base/awaitable.ts";

/** Gives the bearer token, null for nobody. `refused` is the one that was not taken: empty where that was none. */
export type TokenSource = (refused: string | null) => Awaitable<string | null | undefined>;

/** A time that does not come. */
export const never: number = Number.POSITIVE_INFINITY;

/** Who the client calls as. */
export class Tokens {
  readonly #source: TokenSource | undefined;
  /** The one in use; null for nobody. */
  current: string | null = null;

  constructor(source: TokenSource | undefined) {
    this.#source = source;
  }

  /** Asks for one to use from now on. */
  async take(refused: string | null): Promise<string | null> {
    this.current = (await this.#source?.(refused)) || null;
    return this.current;
  }

  /** Milliseconds until it should be renewed, where it says when it expires, as JWTs do (RFC 7519 §4.1.4); else endless. */
  get renewInMs(): number {
    const leftMs = expiryOf(this.current ?? "") * 1_000 - Date.now();
    return Math.max(leftMs - Math.min(60_000, leftMs / 5), 0);
  }
}

/** A token as a subprotocol: browsers set no header fields. Tokens have characters that subprotocols must not have. */
export function toSubprotocol(token: string): string {
  return `fourfold.bearer.${btoa(token).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** Seconds since the epoch. */
function expiryOf(token: string): number {
  try {
    const claims: { readonly exp?: number } = JSON.parse(
      atob((token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/")),
    );
    return claims.exp ?? never;
  } catch {
    return never;
  }
}
