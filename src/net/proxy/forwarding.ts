import type { ConnectionInfo } from "../exchange.ts";
import type { Peer } from "../peer.ts";
import { PeerInfo } from "../peer-info.ts";
import { AddressSet } from "./address-set.ts";
import { forwardedHops } from "./forwarded.ts";
import type { HeadFields, HopReader } from "./hop.ts";
import type { ForwardedOptions } from "./options.ts";
import { ProxyOptionsError } from "./proxy-options-error.ts";
import { xForwardedHops } from "./x-forwarded.ts";

const readers: Readonly<Record<ForwardedOptions["field"], HopReader>> = {
  forwarded: forwardedHops,
  "x-forwarded": xForwardedHops,
};

/** Who is believed when a request says on whose behalf it comes, and what then is known of its client. */
export class Forwarding {
  /** Null where proxies are counted instead. */
  readonly #trusted: AddressSet | null;
  readonly #most: number;
  readonly #hopsOf: HopReader;

  /** Throws a ProxyOptionsError. */
  constructor({ trust, field }: ForwardedOptions) {
    const isCounted = typeof trust === "number";
    if (isCounted && !(Number.isInteger(trust) && trust >= 1 && trust <= 100))
      throw new ProxyOptionsError(
        `forwarded.trust: ${trust} is no number of proxies; write one from 1 to 100, or addresses`,
      );
    if (!Object.hasOwn(readers, field))
      throw new ProxyOptionsError(
        `forwarded.field: write the field that the proxy sets, "forwarded" or "x-forwarded", not "${field}"`,
      );
    this.#trusted = isCounted ? null : new AddressSet(trust, "forwarded.trust");
    this.#most = isCounted ? trust : Number.POSITIVE_INFINITY;
    this.#hopsOf = readers[field];
  }

  /** Asked once for each connection: requests of others are taken as they are. */
  trusts(peer: Peer): boolean {
    return this.#isTrusted(peer.remoteAddress);
  }

  /**
   * The client of a request that came from a trusted peer: the nearest hop that is no trusted proxy. What is not told, hidden
   * or malformed leaves what was known before.
   */
  clientOf(head: HeadFields, info: ConnectionInfo): ConnectionInfo {
    let { remoteAddress, remotePort, secure } = info;
    let passed = 0;
    for (const hop of this.#hopsOf(head)) {
      secure = hop.secure ?? secure;
      if (hop.address === null) break;
      remoteAddress = hop.address;
      remotePort = hop.port;
      passed += 1;
      if (passed >= this.#most || !this.#isTrusted(remoteAddress)) break;
    }
    if (passed === 0 && secure === info.secure) return info;
    return new PeerInfo(info.httpVersion, { remoteAddress, remotePort, secure, tls: info.tls });
  }

  #isTrusted(address: string): boolean {
    return this.#trusted === null || this.#trusted.has(address);
  }
}
