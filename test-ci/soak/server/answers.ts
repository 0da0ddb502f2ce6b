import {
  acceptWebSocket,
  type Exchange,
  HeadBlock,
  type ResponseStream,
  Trailers,
  type WebSocketReceiver,
} from "fourfold/net";
import { ContentCheck, contentOf, partAt, partBytes } from "../content.ts";

const ok = new HeadBlock(200, ["content-type", "text/plain"]);
const broken = new HeadBlock(400);
const missing = new HeadBlock(404);
const webSocket: WebSocketReceiver = {
  message: (socket, data) => socket.send(data),
  closed: () => {},
};

/** What is kept of each request, in bytes: to be set by hand, in order to see that the soak finds it. */
const leakBytes = Number(process.env["SOAK_LEAK_BYTES"] ?? 0);
const leaked: string[] = [];

/** Requests that have reached the handler, by path. */
export const begun: Map<string, number> = new Map();
/** Answers without an end that were broken off. */
export const endless: { ended: number } = { ended: 0 };

export function answer(exchange: Exchange): void {
  const { path } = exchange.request;
  begun.set(path, (begun.get(path) ?? 0) + 1);
  if (leakBytes > 0) leaked.push(Buffer.alloc(leakBytes, 0x61).toString("latin1"));
  if (path === "/echo" || path === "/held") void echo(exchange);
  else if (path === "/content") void content(exchange);
  else if (path === "/upload") void upload(exchange);
  else if (path === "/endless") void endlessly(exchange.stream(ok, null));
  else if (path === "/websocket") acceptWebSocket(exchange, webSocket, { deflate: {} });
  else exchange.respond(missing, null, null);
}

/** The number of a request comes back in a field, in the content and in a trailer. */
async function echo(exchange: Exchange): Promise<void> {
  const number = exchange.request.header("number") ?? "";
  try {
    const bytes = await exchange.body.bytes();
    exchange.respond(ok, ["number", number], bytes, new Trailers(["number", number]));
  } catch {
    exchange.respond(broken, null, null);
  }
}

/** As many bytes as the query says, in parts. */
async function content(exchange: Exchange): Promise<void> {
  const stream = exchange.stream(ok, null);
  const whole = contentOf(Number(exchange.request.query));
  try {
    for (let at = 0; at < whole.length; at += partBytes)
      await stream.write(whole.subarray(at, at + partBytes));
    stream.end();
  } catch {
    // The peer did not want the rest.
  }
}

/** Says what has come. */
async function upload(exchange: Exchange): Promise<void> {
  const check = new ContentCheck();
  try {
    for await (const part of exchange.body.stream()) check.take(part);
    exchange.respond(ok, null, `${check.received} ${check.isGood}`);
  } catch {
    exchange.respond(broken, null, null);
  }
}

/** Goes on until the peer is gone. */
async function endlessly(stream: ResponseStream): Promise<void> {
  try {
    for (let index = 0; ; index++) await stream.write(partAt(index));
  } catch {
    endless.ended += 1;
  }
}
