import type { Server } from "node:net";

/**
 * Where to listen: TCP (port 0 takes a free one) or a Unix socket. With `tls` options, TCP is TLS unless `tls` is false
 * here; Unix sockets are always cleartext.
 */
export type ListenAddress =
  | { readonly host: string; readonly port: number; readonly tls?: boolean }
  | { readonly path: string };

/**
 * Connections that the system accepts on its own while the process is busy, as far as it allows so many (`net.core.somaxconn`): after a
 * restart all clients come back at once, and beyond this they are kept waiting for seconds, or lost. Node's own is 511.
 */
const backlog = 4096;

/** Resolves when the server listens; rejects when it cannot. */
export function bind(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const at = "path" in address ? { path: address.path } : { host: address.host, port: address.port };
    server.listen({ ...at, backlog }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Where the server listens in fact. */
export function boundAddress(server: Server, isTls: boolean): ListenAddress {
  const address = server.address();
  if (address === null) throw new Error("The server does not listen");
  if (typeof address === "string") return { path: address };
  return { host: address.address, port: address.port, ...(isTls ? { tls: true } : {}) };
}
