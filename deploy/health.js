import { get } from "node:http";

// `node deploy/health.js URL`: exit code 0 if it answers 200 within two seconds. For images without curl. JavaScript, since it runs
// every few seconds, and what strips types need not be loaded for it.

const request = get(process.argv[2] ?? "http://127.0.0.1:8000/livez", { agent: false, timeout: 2_000 });
request.on("response", ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1));
request.on("timeout", () => process.exit(1));
request.on("error", () => process.exit(1));
