import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { defaultLimits, type Exchange, HeadBlock, listen } from "../../../src/net/index.ts";
import { encodeUnderstood, UNDERSTOOD, withLowerCaseNames } from "./understanding.ts";

/** A server whose answers say what it understood. */
export interface ParsingServer {
  readonly port: number;
  close(): Promise<void>;
}

export async function startOurs(): Promise<ParsingServer> {
  const listener = await listen({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    handler: (exchange) => void answer(exchange),
  });
  const [address] = listener.addresses;
  if (address === undefined || !("port" in address)) throw new Error("no port");
  return { port: address.port, close: () => listener.close() };
}

const done = new HeadBlock(200);

async function answer(exchange: Exchange): Promise<void> {
  const { request, body } = exchange;
  const content = await bodyOf(exchange);
  if (content === null) return;
  const { method, path, query, connection } = request;
  const understood = encodeUnderstood({
    method,
    target: query === null ? path : `${path}?${query}`,
    version: connection.httpVersion,
    fields: request.fields(),
    body: content,
    trailers: body.trailers ?? [],
  });
  exchange.respond(done, [UNDERSTOOD, understood], null);
}

/** Null where the content turned out to be malformed: then it was not understood. */
async function bodyOf(exchange: Exchange): Promise<string | null> {
  try {
    return Buffer.from(await exchange.body.bytes()).toString("latin1");
  } catch {
    exchange.respond(new HeadBlock(400), null, null);
    return null;
  }
}

/** node:http, as strict as it comes and with our limit on heads. */
export async function startNodes(): Promise<ParsingServer> {
  const server = createServer(
    { insecureHTTPParser: false, maxHeaderSize: defaultLimits.headerBytes },
    (request, response) => void answerByNode(request, response),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

async function answerByNode(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = "";
  request.setEncoding("latin1");
  try {
    for await (const part of request) body += part;
  } catch {
    // It broke off, or was malformed: Node has closed the connection.
    return;
  }
  const understood = encodeUnderstood({
    method: request.method ?? "",
    target: request.url ?? "",
    version: request.httpVersion,
    fields: withLowerCaseNames(request.rawHeaders),
    body,
    trailers: withLowerCaseNames(request.rawTrailers),
  });
  response.setHeader(UNDERSTOOD, understood);
  // Without a length that the handler states, Node ends a connection of HTTP/1.0 whatever the peer asked for.
  response.setHeader("content-length", "0");
  response.end();
}
