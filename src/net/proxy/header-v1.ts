import { type AnnouncedPeer, malformedHeader, type ProxyHeader, unannounced } from "./header.ts";
import { toIPv4, toIPv6 } from "./ip-address.ts";

/** With its line end (proxy-protocol.txt §2.1). */
const MAX_BYTES = 107;
const LF = 0x0a;

const line = /^PROXY (TCP4|TCP6) ([^ ]+) ([^ ]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})\r\n$/;
/** What follows UNKNOWN is not for us. */
const unknownLine = /^PROXY UNKNOWN(?: [^\r\n]*)?\r\n$/;

/** The header as a line of text; null while it is not whole. Throws the ApiError that refuses it. */
export function readHeaderV1(bytes: Buffer): ProxyHeader | null {
  const end = bytes.subarray(0, MAX_BYTES).indexOf(LF) + 1;
  if (end === 0) {
    if (bytes.length >= MAX_BYTES) throw malformedHeader("the line of version 1 does not end in time");
    return null;
  }
  return { length: end, peer: toPeer(bytes.toString("latin1", 0, end)) };
}

function toPeer(text: string): AnnouncedPeer {
  if (unknownLine.test(text)) return unannounced;
  const [, family, from = "", to = "", port, toPort] = line.exec(text) ?? [];
  const toAddress = family === "TCP4" ? toIPv4 : toIPv6;
  const address = toAddress(from);
  if (family === undefined || address === null || toAddress(to) === null)
    throw malformedHeader("the line of version 1 is not of its form");
  if (Number(port) > 65535 || Number(toPort) > 65535) throw malformedHeader("a port is out of range");
  return { address, port: Number(port), tls: null };
}
