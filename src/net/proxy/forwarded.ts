import { type HeadFields, type Hop, isSecureScheme, toNode, trimmed } from "./hop.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;

/**
 * The hops of `Forwarded` (RFC 7239). It is read from its end, where the proxies write: what a client has put before them, such
 * as a quotation mark that is never closed, cannot change how their part is read.
 */
export function* forwardedHops(head: HeadFields): Generator<Hop> {
  const text = head.header("forwarded") ?? "";
  let end = text.length;
  while (end >= 0) {
    const comma = commaBefore(text, end);
    const element = trimmed(text, comma + 1, end);
    end = comma;
    if (element === "") continue;
    const hop = toHop(element);
    if (hop === null) return;
    yield hop;
  }
}

/** The last comma before `end` that stands in no quotation marks; -1 where there is none. */
function commaBefore(text: string, end: number): number {
  let isQuoted = false;
  for (let at = end - 1; at >= 0; at -= 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE && !isEscaped(text, at)) isQuoted = !isQuoted;
    else if (code === COMMA && !isQuoted) return at;
  }
  return -1;
}

function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && text.charCodeAt(start - 1) === BACKSLASH) start -= 1;
  return (at - start) % 2 === 1;
}

/** `token=token` or `token="quoted"` (RFC 7239 §4). */
const pair =
  /([!#$%&'*+.^_`|~\w-]+)=(?:([!#$%&'*+.^_`|~\w-]+)|"((?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*)")(?:;|$)/y;
const scheme = /^[a-z][a-z0-9+.-]*$/i;

/** Null for an element that breaks the form. */
function toHop(element: string): Hop | null {
  const parameters = toParameters(element);
  if (parameters === null) return null;
  const proto = parameters.get("proto");
  if (proto !== undefined && !scheme.test(proto)) return null;
  const secure = proto === undefined ? null : isSecureScheme(proto);
  const node = toNode(parameters.get("for") ?? "unknown");
  return node === null ? null : { address: node.address, port: node.port, secure };
}

/** By names in lower case. Null for what breaks the form, and where a name stands twice (§4). */
function toParameters(element: string): Map<string, string> | null {
  const parameters = new Map<string, string>();
  let at = 0;
  while (at < element.length) {
    if (element[at] === ";") {
      at += 1;
      continue;
    }
    pair.lastIndex = at;
    const found = pair.exec(element);
    if (found === null) return null;
    const [whole, name = "", token, quoted = ""] = found;
    if (parameters.has(name.toLowerCase())) return null;
    parameters.set(name.toLowerCase(), token ?? quoted.replace(/\\(.)/g, "$1"));
    at += whole.length;
  }
  return parameters;
}
