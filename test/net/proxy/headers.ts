import { isIPv4, SocketAddress } from "node:net";
import { crc32cWithHole } from "../../../src/net/proxy/crc32c.ts";

export function v1(from: string, port = 4711): string {
  return isIPv4(from)
    ? `PROXY TCP4 ${from} 192.0.2.1 ${port} 443\r\n`
    : `PROXY TCP6 ${from} 2001:db8::1 ${port} 443\r\n`;
}

export const signature = "\r\n\r\n\0\r\nQUIT\n";

/** A header of version 2 as latin1 text; `rest` is all that follows its length. */
export function raw2(command: number, family: number, rest: string, length: number = rest.length): string {
  return signature + String.fromCharCode(command, family, length >> 8, length & 0xff) + rest;
}

/** A header of version 2 for a TCP connection. */
export function v2(from: string, extensions = "", port = 4711): string {
  const ports = String.fromCharCode(port >> 8, port & 0xff, 443 >> 8, 443 & 0xff);
  return isIPv4(from)
    ? raw2(0x21, 0x11, bytes4(from) + bytes4("192.0.2.1") + ports + extensions)
    : raw2(0x21, 0x21, bytes6(from) + bytes6("2001:db8::1") + ports + extensions);
}

export const local = raw2(0x20, 0x00, "");

/** One extension: type, length, value. */
export function extension(type: number, value: string): string {
  return String.fromCharCode(type, value.length >> 8, value.length & 0xff) + value;
}

/** What a proxy tells of its client's TLS. */
export function ssl(client: number, version: string | null = "TLSv1.3"): string {
  const nested = version === null ? "" : extension(0x21, version);
  return extension(0x20, `${String.fromCharCode(client)}\0\0\0\0${nested}${extension(0x23, "AES")}`);
}

/** A header of version 2 that ends in its checksum. */
export function v2WithSum(from: string, extensions = ""): string {
  const header = Buffer.from(v2(from, extensions + extension(0x03, "\0\0\0\0")), "latin1");
  const at = header.length - 4;
  header.writeUInt32BE(crc32cWithHole(header, at), at);
  return header.toString("latin1");
}

function bytes4(address: string): string {
  return String.fromCharCode(...address.split(".").map(Number));
}

function bytes6(address: string): string {
  const [left = "", right = ""] = new SocketAddress({ address, family: "ipv6" }).address.split("::");
  const [before, after] = [left, right].map((side) => side.split(":").filter((group) => group !== ""));
  const gap = Array.from({ length: 8 - (before?.length ?? 0) - (after?.length ?? 0) }, () => "0");
  const groups = [...(before ?? []), ...gap, ...(after ?? [])].map((group) => Number.parseInt(group, 16));
  return String.fromCharCode(...groups.flatMap((group) => [group >> 8, group & 0xff]));
}
