import { serve } from "fourfold/server";
import trial from "./api.ts";
import { closeRelays, relayed } from "./traffic.ts";

// What all clients are tried against, as a process of its own: server.ts CERTIFICATE KEY ORIGIN. Pages of ORIGIN may call. It says
// on standard output where it listens, as one line of JSON, and stops when it is told to terminate.

const [certificate = "", key = "", origin = ""] = process.argv.slice(2);
const server = await serve(trial, {
  listen: ["http://127.0.0.1:0", "https://127.0.0.1:0"],
  tls: { certificate, key },
  cors: { origins: [origin] },
  database: "sqlite::memory:",
  logLevel: "silent",
});
const [port = 0, securePort = 0] = await Promise.all(
  server.origins.map((at) => relayed(Number(new URL(at).port))),
);
process.once("SIGTERM", () => void server.close().then(closeRelays));
process.stdout.write(`${JSON.stringify({ port, securePort })}\n`);
