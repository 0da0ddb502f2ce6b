import { HttpRequest } from "../http/http-request.ts";

/** A token among the subprotocols that a client offers, in base64url without padding. */
const bearer = /(?:^|[\s,])fourfold\.bearer\.([\w-]+)(?=$|[\s,])/;

/**
 * A request to open a socket, as what the caller is found out by. Browsers set no header fields on it, so that the token may stand among the
 * subprotocols: not in the address, which logs and histories have.
 */
export class OpeningRequest extends HttpRequest {
  /** Whether the client is one that cannot see the status of an answer, and is told by a close frame. */
  get offersToken(): boolean {
    return this.#offered !== null;
  }

  override header(name: string): string | undefined {
    const stated = super.header(name);
    if (name !== "authorization" || stated !== undefined) return stated;
    const offered = this.#offered;
    return offered === null ? undefined : `Bearer ${Buffer.from(offered, "base64url").toString("latin1")}`;
  }

  get #offered(): string | null {
    return bearer.exec(super.header("sec-websocket-protocol") ?? "")?.[1] ?? null;
  }
}
