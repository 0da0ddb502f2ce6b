import { serve } from "fourfold/server";
import blog from "../../../../examples/blog/api.ts";

// The blog, as a process of its own: server.ts CERTIFICATE KEY ORIGIN, as trial/server.ts is told and tells.

const [certificate = "", key = "", origin = ""] = process.argv.slice(2);
const server = await serve(blog, {
  listen: ["http://127.0.0.1:0", "https://127.0.0.1:0"],
  tls: { certificate, key },
  cors: { origins: [origin] },
  database: "sqlite::memory:",
  logLevel: "silent",
});
const [port, securePort] = server.origins.map((at) => Number(new URL(at).port));
process.once("SIGTERM", () => void server.close());
process.stdout.write(`${JSON.stringify({ port, securePort })}\n`);
