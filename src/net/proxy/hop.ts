import { isIPv6 } from "node:net";
import { toAddress, toIPv4, toIPv6 } from "./ip-address.ts";

/** What one proxy tells of whom it had a request from. */
export interface Hop {
  /** Null where it does not tell, or hides it. */
  readonly address: string | null;
  /** 0 where it is not told. */
  readonly port: number;
  /** Whether it came by TLS; null where that is not told. */
  readonly secure: boolean | null;
}

/** Reads the hops of a request, the nearest first, up to the first that breaks the form. */
export type HopReader = (head: HeadFields) => Iterable<Hop>;

/** The part of a request's head that is read. */
export interface HeadFields {
  header(name: string): string | undefined;
}

/** An address and a port, of which either may be unknown. */
export interface HopNode {
  readonly address: string | null;
  readonly port: number;
}

const node =
  /^(?:(?<v4>[\d.]+)|\[(?<v6>[\da-fA-F:.]+)\]|unknown|_[\w.-]+)(?::(?:(?<port>\d{1,5})|_[\w.-]+))?$/i;

/** A node as RFC 7239 §6 writes it; null for what breaks that form. Names without an address have none. */
export function toNode(text: string): HopNode | null {
  const found = node.exec(text);
  if (found === null) return null;
  const { v4, v6, port = "0" } = found.groups ?? {};
  if (Number(port) > 65535) return null;
  if (v4 === undefined && v6 === undefined) return { address: null, port: 0 };
  const address = v4 === undefined ? toIPv6(v6 ?? "") : toIPv4(v4);
  return address === null ? null : { address, port: Number(port) };
}

/** `X-Forwarded-For` has IPv6 addresses bare as well. */
export function toLooseNode(text: string): HopNode | null {
  return isIPv6(text) ? { address: toAddress(text), port: 0 } : toNode(text);
}

/** Null for schemes that say nothing of it. */
export function isSecureScheme(scheme: string): boolean | null {
  switch (scheme.toLowerCase()) {
    case "https":
    case "wss":
      return true;
    case "http":
    case "ws":
      return false;
    default:
      return null;
  }
}

/** Without the white space that a list may have around its elements (RFC 9110 §5.6.3). */
export function trimmed(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (from < to && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
