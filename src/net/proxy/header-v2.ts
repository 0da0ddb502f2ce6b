import { readExtensions } from "./extensions.ts";
import { type AnnouncedPeer, malformedHeader, type ProxyHeader, unannounced } from "./header.ts";
import { readIPv4, readIPv6 } from "./ip-address.ts";

/** What a header of version 2 begins with. */
export const signature: Buffer = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");

/** The signature, version and command, family and transport, and the length of the rest. */
const FIXED_BYTES = 16;
/** Ours: addresses take 216 bytes at most, and what proxies tell beyond them seldom 300. */
const MAX_REST_BYTES = 2048;

const LOCAL = 0x20;
const PROXY = 0x21;

const INET = 1;
const INET6 = 2;
const UNIX = 3;
/** UNSPEC, STREAM and DGRAM: whoever speaks HTTP/3 to the proxy comes by datagrams. */
const LAST_TRANSPORT = 2;

/** Bytes of both addresses and ports, by family. */
const addressBytes = [0, 12, 36, 216];

/** The header in its binary form; null while it is not whole. Throws the ApiError that refuses it as soon as that is known. */
export function readHeaderV2(bytes: Buffer): ProxyHeader | null {
  const command = bytes[12];
  const family = bytes[13];
  if (command !== undefined && command !== LOCAL && command !== PROXY)
    throw malformedHeader("neither the version nor the command is known");
  if (command === PROXY && family !== undefined) assertFamily(family);
  if (bytes.length < FIXED_BYTES) return null;
  const rest = bytes.readUInt16BE(14);
  if (rest > MAX_REST_BYTES) throw malformedHeader("the header is too long");
  const length = FIXED_BYTES + rest;
  if (bytes.length < length) return null;
  return { length, peer: command === LOCAL ? unannounced : toPeer(bytes.subarray(0, length)) };
}

function assertFamily(family: number): void {
  if (family >> 4 > UNIX || (family & 0xf) > LAST_TRANSPORT)
    throw malformedHeader("the address family or the transport is not known");
}

function toPeer(header: Buffer): AnnouncedPeer {
  const code = header.readUInt8(13);
  const family = code >> 4;
  // What stands in a header of an unspecified kind has no known form.
  if (family === 0 || (code & 0xf) === 0) return unannounced;
  const rest = FIXED_BYTES + (addressBytes[family] ?? 0);
  if (header.length < rest) throw malformedHeader("the addresses are cut short");
  const tls = readExtensions(header, rest);
  if (family === INET)
    return { address: readIPv4(header, FIXED_BYTES), port: header.readUInt16BE(FIXED_BYTES + 8), tls };
  if (family === INET6)
    return { address: readIPv6(header, FIXED_BYTES), port: header.readUInt16BE(FIXED_BYTES + 32), tls };
  return { address: null, port: 0, tls };
}
