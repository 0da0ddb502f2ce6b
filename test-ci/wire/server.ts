import { listen } from "../../src/net/index.ts";
import { LARGE } from "./content.ts";
import { handler } from "./routes.ts";

// The server that all clients are tried against, as a process of its own: server.ts CERTIFICATE KEY. Says on standard output
// where it listens, as one line of JSON, and stops when it is told to terminate.

const [certificate = "", key = ""] = process.argv.slice(2);
const host = "127.0.0.1";
const listener = await listen({
  addresses: [
    { host, port: 0, tls: false },
    { host, port: 0 },
  ],
  tls: { certificate, key },
  handler,
  // nghttp's --continuation sends a head of 18 KiB.
  limits: { bodyBytes: 2 * LARGE, headerBytes: 32 * 1024 },
});

function portOf(index: number): number {
  const address = listener.addresses[index];
  if (address === undefined || !("port" in address)) throw new Error("no port");
  return address.port;
}

process.once("SIGTERM", () => void listener.drain(5000));
process.stdout.write(`${JSON.stringify({ port: portOf(0), securePort: portOf(1) })}\n`);
