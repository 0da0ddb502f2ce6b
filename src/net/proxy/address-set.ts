import { BlockList, isIP } from "node:net";
import { ProxyOptionsError } from "./proxy-options-error.ts";

/** Words for networks that are asked for often. */
const named: ReadonlyMap<string, readonly string[]> = new Map([
  ["loopback", ["127.0.0.0/8", "::1"]],
  ["private", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]],
]);

/** Addresses and networks of peers. IPv4 addresses match in their IPv6 form too. */
export class AddressSet {
  readonly #networks: BlockList;
  readonly #hasUnix: boolean;

  /** Throws a ProxyOptionsError for what is no address, network or known word; `option` says where it was written. */
  constructor(listed: readonly string[], option: string) {
    if (listed.length === 0) throw new ProxyOptionsError(`${option}: there is no address; name at least one`);
    this.#networks = new BlockList();
    this.#hasUnix = listed.includes("unix");
    for (const text of listed.flatMap((each) => named.get(each) ?? [each]))
      if (text !== "unix") addNetwork(this.#networks, text, option);
  }

  /** `address` as a socket tells it: empty for a Unix socket. */
  has(address: string): boolean {
    if (address === "") return this.#hasUnix;
    const zone = address.indexOf("%");
    const bare = zone < 0 ? address : address.slice(0, zone);
    return this.#networks.check(bare, bare.includes(":") ? "ipv6" : "ipv4");
  }
}

function addNetwork(networks: BlockList, text: string, option: string): void {
  const [, address = "", prefix] = /^([0-9a-fA-F:.]+)(?:\/(0|[1-9]\d{0,2}))?$/.exec(text) ?? [];
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : Number(prefix);
  if (version === 0 || length > bits)
    throw new ProxyOptionsError(
      `${option}: "${text}" is no address: write 10.0.0.7, 10.0.0.0/8, 2001:db8::/32, loopback, private or unix`,
    );
  networks.addSubnet(address, length, version === 4 ? "ipv4" : "ipv6");
}
