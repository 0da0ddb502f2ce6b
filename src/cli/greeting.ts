import type { Api } from "../define/api.ts";
import type { Server } from "../server/server.ts";

/**
 * What is printed once a server runs: where things are. On standard error, since standard output is the log's. `workers`:
 * the processes that serve.
 */
export async function greeting(
  api: Api,
  server: Server,
  greet: ((server: Server) => Promise<readonly string[]>) | undefined,
  workers = 1,
): Promise<string> {
  const origin = server.origins[0] ?? "";
  const others = server.origins.slice(1);
  const lines = [
    `${api.options.title ?? api.name} is served at ${origin}${others.length === 0 ? "" : ` and ${others.join(", ")}`}`,
    ...Object.keys(api.options.pages ?? {})
      .filter((path) => path.endsWith("/"))
      .map((path) => `Page:           ${origin}${path}`),
    `Documentation:  ${origin}/docs`,
    `OpenAPI:        ${origin}/openapi.json`,
    `AsyncAPI:       ${origin}/asyncapi.json`,
    `Probes:         ${origin}/livez, /readyz, /metrics`,
    ...(workers === 1 ? [] : [`Workers:        ${workers} (signals go to process ${process.ppid})`]),
    ...(greet === undefined ? [] : await greet(server)),
  ];
  return `\n${lines.join("\n")}\n\n`;
}
