import type { Server } from "node:net";

/** Where to listen: TCP (port 0 takes a free one) or a Unix socket. */
export type ListenAddress = { readonly host: string; readonly port: number } | { readonly path: string };

/** Resolves when the server listens; rejects when it cannot. */
export function bind(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

/** Where the server listens in fact. */
export function boundAddress(server: Server): ListenAddress {
  const address = server.address();
  if (address === null) throw new Error("The server does not listen");
  return typeof address === "string" ? { path: address } : { host: address.address, port: address.port };
}
