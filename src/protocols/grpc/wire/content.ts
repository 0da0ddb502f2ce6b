import type { Awaitable } from "../../../base/awaitable.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { RequestBody } from "../../../net/exchange.ts";

/**
 * The whole content of a call of one message: at once where it has arrived, and then it must be decoded before anything is waited
 * for. Messages have a limit of their own, which may be
 * higher than what the listener allows for contents in general; more is CONTENT_TOO_LARGE.
 */
export function readContent(body: RequestBody, limit: number): Awaitable<Uint8Array> {
  return body.length === null ? gather(body, limit) : body.bytes(limit, "passing");
}

async function gather(body: RequestBody, limit: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  await body.each((part) => {
    length += part.length;
    if (length > limit) throw frameworkError("CONTENT_TOO_LARGE", `The content has more than ${limit} bytes`);
    parts.push(Buffer.from(part));
  }, "endless");
  return Buffer.concat(parts, length);
}
