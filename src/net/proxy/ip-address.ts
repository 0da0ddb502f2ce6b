import { isIPv4, isIPv6, SocketAddress } from "node:net";

/** An address in the one form in which sockets tell it; null where it is none. */
export function toAddress(text: string): string | null {
  return toIPv4(text) ?? toIPv6(text);
}

export function toIPv4(text: string): string | null {
  return isIPv4(text) ? text : null;
}

/** Without a zone: what one means is known only on the machine that wrote it. */
export function toIPv6(text: string): string | null {
  if (!isIPv6(text) || text.includes("%")) return null;
  return new SocketAddress({ address: text, family: "ipv6" }).address;
}

/** The four bytes of an address. */
export function readIPv4(bytes: Buffer, at: number): string {
  return bytes.subarray(at, at + 4).join(".");
}

/** The sixteen bytes of an address. */
export function readIPv6(bytes: Buffer, at: number): string {
  const groups: string[] = [];
  for (let index = 0; index < 16; index += 2) groups.push(bytes.readUInt16BE(at + index).toString(16));
  return new SocketAddress({ address: groups.join(":"), family: "ipv6" }).address;
}
