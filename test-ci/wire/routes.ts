import {
  acceptWebSocket,
  defaultLimits,
  type Exchange,
  type ExchangeHandler,
  HeadBlock,
  Trailers,
  type WebSocketReceiver,
} from "../../src/net/index.ts";
import { content, hash } from "./content.ts";

const text = new HeadBlock(200, ["content-type", "text/plain"]);
const json = new HeadBlock(200, ["content-type", "application/json"]);
const bytes = new HeadBlock(200, ["content-type", "application/octet-stream"]);
const html = new HeadBlock(200, ["content-type", "text/html; charset=utf-8"]);
const notFound = new HeadBlock(404);
const failed = new HeadBlock(500, ["content-type", "text/plain"]);

/** A peer that sends on without reading must wait: it would be closed as too slow. */
const echo: WebSocketReceiver = {
  message: (socket, data) => {
    socket.send(data);
    if (socket.bufferedAmount >= defaultLimits.outputBytes) socket.hold(true);
  },
  drained: (socket) => socket.hold(false),
  closed: () => {},
};

/** What there is to ask for. Each route is one way in which content can go. */
const routes: Record<string, (exchange: Exchange) => Promise<void> | void> = {
  "/": (exchange) => exchange.respond(text, null, "hello\n"),
  "/page": (exchange) => exchange.respond(html, null, "<!doctype html><title>wire</title><p>hello"),
  "/hash": answerHash,
  "/echo": answerEcho,
  "/content": answerContent,
  "/trailers": answerTrailers,
  "/head": answerHead,
  "/socket": answerSocket,
};

export const handler: ExchangeHandler = (exchange) => {
  const route = routes[exchange.request.path];
  if (route === undefined) exchange.respond(notFound, null, null);
  else void answer(exchange, route);
};

async function answer(
  exchange: Exchange,
  route: (exchange: Exchange) => Promise<void> | void,
): Promise<void> {
  try {
    await route(exchange);
  } catch (error) {
    // A peer that goes away in the middle is part of some tests; anything else shows in what the client got.
    if (!exchange.signal.aborted) respondFailed(exchange, error);
  }
}

function respondFailed(exchange: Exchange, error: unknown): void {
  try {
    exchange.respond(failed, null, String(error));
  } catch {
    // It was answered already: the client sees that the answer is cut off.
  }
}

/** The number of bytes of the content, and their hash. */
async function answerHash(exchange: Exchange): Promise<void> {
  const result = await hash(exchange.body.stream());
  exchange.respond(json, null, JSON.stringify(result));
}

/** The content, while it is still coming. */
async function answerEcho(exchange: Exchange): Promise<void> {
  const stream = exchange.stream(bytes, null);
  for await (const part of exchange.body.stream()) await stream.write(part);
  stream.end();
}

/** `?n` bytes. */
async function answerContent(exchange: Exchange): Promise<void> {
  const stream = exchange.stream(bytes, null);
  for (const part of content(Number(exchange.request.query ?? "0"))) await stream.write(part);
  stream.end();
}

/** The trailers of the request, and the hash of its content in one of our own. */
async function answerTrailers(exchange: Exchange): Promise<void> {
  const { sha256 } = await hash(exchange.body.stream());
  const trailers = new Trailers(["x-sha256", sha256, "x-last", "1"]);
  exchange.respond(json, null, JSON.stringify(exchange.body.trailers), trailers);
}

/** What arrived of the request's head. */
function answerHead(exchange: Exchange): void {
  const { method, path, query, connection } = exchange.request;
  const { httpVersion } = connection;
  const fields = exchange.request.fields();
  exchange.respond(json, null, JSON.stringify({ method, path, query, httpVersion, fields }));
}

/** Greets with the version of HTTP that the WebSocket came by, if asked to, and echoes. */
function answerSocket(exchange: Exchange): void {
  const { connection, query } = exchange.request;
  const socket = acceptWebSocket(exchange, echo, { deflate: {} });
  if (query === "greeting") socket?.send(connection.httpVersion);
}
