import { crc32cWithHole } from "./crc32c.ts";
import { type AnnouncedTls, malformedHeader } from "./header.ts";

const AUTHORITY = 0x02;
const CRC32C = 0x03;
const SSL = 0x20;
const SSL_VERSION = 0x21;

const CLIENT_SPOKE_TLS = 0x01;
/** `client` and `verify` stand before what is nested in it. */
const SSL_HEAD_BYTES = 5;

/**
 * Reads what follows the addresses of a header of version 2 (type, length, value: proxy-protocol.txt §2.2), and tells of the
 * client's TLS. Throws the ApiError that refuses it.
 */
export function readExtensions(header: Buffer, start: number): AnnouncedTls | null {
  let serverName: string | null = null;
  let tls: AnnouncedTls | null = null;
  forEach(header, start, header.length, (type, at, end) => {
    if (type === AUTHORITY) serverName = visible(header, at, end);
    else if (type === CRC32C) checkSum(header, at, end);
    else if (type === SSL) tls = readTls(header, at, end);
  });
  return withName(tls, serverName);
}

function withName(tls: AnnouncedTls | null, serverName: string | null): AnnouncedTls | null {
  return tls === null ? null : { version: tls.version, serverName };
}

type Visit = (type: number, at: number, end: number) => void;

function forEach(header: Buffer, start: number, limit: number, visit: Visit): void {
  let at = start;
  while (at < limit) {
    const value = at + 3;
    const end = value <= limit ? value + header.readUInt16BE(at + 1) : value;
    if (end > limit) throw malformedHeader("an extension is longer than the header");
    visit(header.readUInt8(at), value, end);
    at = end;
  }
}

function checkSum(header: Buffer, at: number, end: number): void {
  if (end - at !== 4) throw malformedHeader("the checksum is not one of four bytes");
  if (header.readUInt32BE(at) !== crc32cWithHole(header, at))
    throw malformedHeader("the checksum does not match");
}

function readTls(header: Buffer, at: number, end: number): AnnouncedTls | null {
  if (end - at < SSL_HEAD_BYTES) throw malformedHeader("what it tells of TLS is cut short");
  let version: string | null = null;
  forEach(header, at + SSL_HEAD_BYTES, end, (type, from, to) => {
    if (type === SSL_VERSION) version = visible(header, from, to);
  });
  const isTls = (header.readUInt8(at) & CLIENT_SPOKE_TLS) !== 0;
  return isTls ? { version, serverName: null } : null;
}

/** Text that may go into logs; null for any other. */
function visible(header: Buffer, at: number, end: number): string | null {
  const text = header.toString("latin1", at, end);
  return /^[\x21-\x7e]{1,255}$/.test(text) ? text : null;
}
