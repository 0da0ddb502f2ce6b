import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { build } from "esbuild";

/** A server of one page and its script, at an origin of its own. */
export interface Pages extends AsyncDisposable {
  readonly origin: string;
}

/** The script, with all that it takes from node_modules. */
export async function bundlePage(): Promise<Uint8Array> {
  const options = {
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    logLevel: "silent",
  } as const;
  const made = await build({ ...options, entryPoints: [join(import.meta.dirname, "page.ts")] });
  const [file] = made.outputFiles;
  if (file === undefined) throw new Error("There is no script");
  return file.contents;
}

/** `set`: the compiled .proto files. */
export async function servePages(script: Uint8Array, set: () => Uint8Array): Promise<Pages> {
  const server = createServer((request, response) => {
    const [type, content] =
      request.url === "/page.js"
        ? ["text/javascript", script]
        : request.url === "/set.binpb"
          ? ["application/octet-stream", set()]
          : ["text/html", '<!doctype html><title>page</title><script type="module" src="/page.js"></script>'];
    response.setHeader("content-type", type).end(content);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    origin: `http://localhost:${portOf(server)}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}
