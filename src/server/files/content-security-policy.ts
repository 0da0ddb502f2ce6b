import { createHash } from "node:crypto";

/**
 * The usual policy of a page (CSP Level 3): everything comes from the page's own origin, and script and style that stand in the HTML are let
 * by the hash of what was read from the file, so that whatever gets into the document later is not run.
 */
export function contentSecurityPolicy(html: string): string {
  // The parser of HTML reads every end of a line as one line feed (WHATWG HTML §13.2.3.5), and that is what a browser hashes.
  const text = html.replace(/\r\n?/g, "\n");
  const script = hashes(text, /<script(?![^>]*\ssrc\s*=)(?:\s[^>]*)?>([\s\S]*?)<\/script/gi);
  const style = hashes(text, /<style(?:\s[^>]*)?>([\s\S]*?)<\/style/gi);
  return [
    "default-src 'none'",
    ["script-src 'self'", ...script].join(" "),
    ["style-src 'self'", ...style].join(" "),
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function hashes(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(
    ([, content = ""]) => `'sha256-${createHash("sha256").update(content).digest("base64")}'`,
  );
}
