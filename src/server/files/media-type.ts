import { extname } from "node:path";

const texts: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".css": "text/css",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".ts": "text/javascript",
  ".mts": "text/javascript",
  ".txt": "text/plain",
  ".md": "text/markdown",
  ".csv": "text/csv",
  ".xml": "application/xml",
};

/** Text that says itself how it is coded, or can be coded in one way only. */
const otherTexts: Readonly<Record<string, string>> = {
  ".json": "application/json",
  ".map": "application/json",
  ".webmanifest": "application/manifest+json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const others: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".gif": "image/gif",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".ico": "image/x-icon",
  ".woff2": "font/woff2",
  ".woff": "font/woff",
  ".mp3": "audio/mpeg",
  ".mp4": "video/mp4",
  ".webm": "video/webm",
  ".pdf": "application/pdf",
};

/** The media type of a file by its name, and whether its content is worth compressing. */
export function mediaTypeOf(path: string): { readonly mediaType: string; readonly isText: boolean } {
  const ending = extname(path).toLowerCase();
  const text = texts[ending];
  if (text !== undefined) return { mediaType: `${text}; charset=utf-8`, isText: true };
  const other = otherTexts[ending];
  if (other !== undefined) return { mediaType: other, isText: true };
  return { mediaType: others[ending] ?? "application/octet-stream", isText: false };
}
