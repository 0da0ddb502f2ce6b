import { type HeadFields, type Hop, isSecureScheme, toLooseNode, trimmed } from "./hop.ts";

/**
 * The hops of `X-Forwarded-For`. `X-Forwarded-Proto` does not say which of them it is about: of several values the last one
 * counts, which the nearest proxy has written. (`X-Forwarded-Port` is the port of the proxy, not of the client.)
 */
export function* xForwardedHops(head: HeadFields): Generator<Hop> {
  const secure = toSecure(head.header("x-forwarded-proto"));
  const text = head.header("x-forwarded-for") ?? "";
  let end = text.length;
  while (end > 0) {
    const comma = text.lastIndexOf(",", end - 1);
    const element = trimmed(text, comma + 1, end);
    end = comma;
    if (element === "") continue;
    const node = toLooseNode(element);
    if (node === null) break;
    yield { address: node.address, port: node.port, secure };
  }
  yield { address: null, port: 0, secure };
}

function toSecure(proto: string | undefined): boolean | null {
  if (proto === undefined) return null;
  return isSecureScheme(trimmed(proto, proto.lastIndexOf(",") + 1, proto.length));
}
