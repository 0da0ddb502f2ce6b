import type { Awaitable } from "../../../base/awaitable.ts";
import type { ApiError } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";
import type { Exchange, RequestBody } from "../../../net/exchange.ts";

/**
 * The whole content of a call of one message: at once where it has arrived, and then it must be decoded before anything is waited
 * for. Messages have a limit of their own, which may be higher than what the listener allows for contents in general; more is
 * CONTENT_TOO_LARGE.
 */
export function readContent({ body, context }: Exchange, limit: number): Awaitable<Uint8Array> {
  const isWithin = body.length !== null && body.length <= context.limits.bodyBytes;
  return isWithin ? body.bytes(limit, "passing") : gather(body, limit);
}

async function gather(body: RequestBody, limit: number): Promise<Uint8Array> {
  if ((body.length ?? 0) > limit) throw tooLarge(limit);
  const parts: Uint8Array[] = [];
  let length = 0;
  await body.each((part) => {
    length += part.length;
    if (length > limit) throw tooLarge(limit);
    parts.push(Buffer.from(part));
  }, "endless");
  return Buffer.concat(parts, length);
}

function tooLarge(limit: number): ApiError {
  return frameworkError("CONTENT_TOO_LARGE", `The content has more than ${limit} bytes`);
}
