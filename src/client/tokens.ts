import type { ClientOptions } from "./options.ts";
import { isRecord } from "./record.ts";

/** Who the client calls as. */
export class Tokens {
  readonly #source: ClientOptions["token"];
  /** The one in use; null for nobody. */
  current: string | null = null;

  constructor(source: ClientOptions["token"]) {
    this.#source = source;
  }

  get hasSource(): boolean {
    return this.#source !== undefined;
  }

  /** Asks for one to use from now on. */
  async take(refused: string | null): Promise<string | null> {
    this.current = (await this.#source?.(refused)) || null;
    return this.current;
  }

  /** Milliseconds until it should be renewed, where it says when it expires, as JWTs do (RFC 7519 §4.1.4); null where it does not. */
  get renewInMs(): number | null {
    const { exp } = claimsOf(this.current ?? "");
    if (typeof exp !== "number") return null;
    const leftMs = exp * 1_000 - Date.now();
    return Math.max(leftMs - Math.min(60_000, leftMs / 5), 0);
  }
}

/** A token as a subprotocol: browsers set no header fields. Tokens have characters that subprotocols must not have. */
export function toSubprotocol(token: string): string {
  return `fourfold.bearer.${btoa(token).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  try {
    const [, payload = ""] = token.split(".");
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}
