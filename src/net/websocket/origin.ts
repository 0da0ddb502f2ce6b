import type { RequestHead } from "../exchange.ts";

/**
 * The pages that may open a WebSocket (RFC 6455 §10.2): those of the host itself, of listed origins (`https://example.com`), any,
 * or who decides.
 */
export type Origins =
  | "same"
  | "any"
  | readonly string[]
  | ((origin: string, request: RequestHead) => boolean);

/** Only browsers send `Origin`; whoever does not is no page of another site. */
export function isOriginAllowed(origins: Origins, request: RequestHead): boolean {
  const origin = request.header("origin");
  if (origin === undefined || origins === "any") return true;
  if (origins === "same") return isSameOrigin(origin, request);
  if (typeof origins === "function") return origins(origin, request);
  return origins.includes(origin.toLowerCase()) || origins.includes(origin);
}

/** Under cleartext, pages may still come by https: TLS may end in front of us. */
function isSameOrigin(origin: string, request: RequestHead): boolean {
  const [, scheme, host] = /^(https?):\/\/([^/]+)$/i.exec(origin.toLowerCase()) ?? [];
  if (scheme === undefined || host === undefined) return false;
  if (scheme === "http" && request.connection.secure) return false;
  const port = scheme === "https" ? ":443" : ":80";
  return host === withoutPort(request.header("host")?.toLowerCase() ?? "", port);
}

function withoutPort(host: string, port: string): string {
  return host.endsWith(port) ? host.slice(0, -port.length) : host;
}
