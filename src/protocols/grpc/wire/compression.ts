import { promisify } from "node:util";
import { gunzip, gunzipSync, gzip, type ZlibOptions } from "node:zlib";
import type { Awaitable } from "../../../base/awaitable.ts";
import { frameworkError } from "../../../errors/codes.ts";

/** Answers shorter than this are not compressed: it would cost more than it saves. */
export const COMPRESSED_FROM = 1024;
/** What is longer than this is inflated by another thread. */
const INFLATED_HERE = 16 * 1024;

/** The codings that messages may have: `grpc-encoding`, `connect-content-encoding`, `content-encoding`. */
export type Coding = "identity" | "gzip";

const gunzipLater = promisify<Uint8Array, ZlibOptions, Buffer>(gunzip);
const gzipLater = promisify<Uint8Array, ZlibOptions, Buffer>(gzip);

/** Reads the name of a coding; null for one that is not known. */
export function parseCoding(stated: string | undefined): Coding | null {
  if (stated === undefined || stated === "identity") return "identity";
  return stated === "gzip" ? "gzip" : null;
}

/** Whether a list of codings, such as `grpc-accept-encoding`, has gzip in it with a weight other than 0. */
export function acceptsGzip(list: string | undefined): boolean {
  if (list === undefined || !list.includes("gzip")) return false;
  return list.split(",").some((item) => {
    const [name, ...parameters] = item.split(";").map((part) => part.trim());
    return name === "gzip" && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter));
  });
}

/** Inflates a message to at most `limit` bytes: more is refused as too large before it is there. Throws what zlib throws for what is no gzip. */
export function inflate(content: Uint8Array, limit: number): Awaitable<Uint8Array> {
  if (content.length === 0) return content;
  const options = { maxOutputLength: limit };
  if (content.length > INFLATED_HERE) {
    // The other thread reads while the bytes that came may be overwritten.
    return gunzipLater(Buffer.from(content), options).catch((thrown: unknown) => {
      throw toRefusal(thrown, limit);
    });
  }
  try {
    return gunzipSync(content, options);
  } catch (thrown) {
    throw toRefusal(thrown, limit);
  }
}

/** Compresses a message by another thread. */
export function deflate(content: Uint8Array): Promise<Uint8Array> {
  return gzipLater(content, { level: 4 });
}

function toRefusal(thrown: unknown, limit: number): unknown {
  const isTooLarge =
    thrown instanceof RangeError && "code" in thrown && thrown.code === "ERR_BUFFER_TOO_LARGE";
  if (!isTooLarge) return thrown;
  return frameworkError("CONTENT_TOO_LARGE", `A message inflates to more than ${limit} bytes`);
}
