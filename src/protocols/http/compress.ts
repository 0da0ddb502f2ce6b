import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Coding } from "./content-coding.ts";

/** Shorter answers go as they are: coding them costs more than it saves. In bytes. */
export const compressFrom = 1024;

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** Codes an answer, in the thread pool. */
export function compress(content: string | Uint8Array, coding: Coding): Promise<Uint8Array> {
  if (coding === "gzip") return zip(content, { level: 6 });
  // Quality 4 is about as fast as gzip's usual level, and smaller.
  return brotli(content, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 4,
      [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
    },
  });
}
