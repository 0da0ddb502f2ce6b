import type { ServerProcess } from "./server-process.ts";

/** One way to the server. */
export interface Wire {
  readonly name: string;
  readonly version: "1.1" | "2";
  readonly isSecure: boolean;
}

export const http1: Wire = { name: "HTTP/1.1", version: "1.1", isSecure: false };
export const http2: Wire = { name: "HTTP/2 with prior knowledge", version: "2", isSecure: false };
export const secureHttp1: Wire = { name: "HTTP/1.1 over TLS", version: "1.1", isSecure: true };
export const secureHttp2: Wire = { name: "HTTP/2 over TLS", version: "2", isSecure: true };

export const wires: readonly Wire[] = [http1, http2, secureHttp1, secureHttp2];

/** `scheme://host:port` of the server by that way. */
export function originOf(server: ServerProcess, wire: Wire): string {
  return wire.isSecure ? `https://localhost:${server.securePort}` : `http://127.0.0.1:${server.port}`;
}
