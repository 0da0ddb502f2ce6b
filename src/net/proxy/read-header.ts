import { malformedHeader, type ProxyHeader } from "./header.ts";
import { readHeaderV1 } from "./header-v1.ts";
import { readHeaderV2, signature } from "./header-v2.ts";

const word = Buffer.from("PROXY ");

/**
 * Reads the header that `bytes` begin with, of either version; null while it is not whole. Throws the ApiError that refuses the
 * connection as soon as no header can come of it.
 */
export function readProxyHeader(bytes: Buffer): ProxyHeader | null {
  if (beginsLike(bytes, word)) return readHeaderV1(bytes);
  if (beginsLike(bytes, signature)) return readHeaderV2(bytes);
  throw malformedHeader("the connection does not begin with a header");
}

/** As far as the bytes go. */
function beginsLike(bytes: Buffer, beginning: Buffer): boolean {
  const length = Math.min(bytes.length, beginning.length);
  return bytes.compare(beginning, 0, length, 0, length) === 0;
}
