import {
  acceptWebSocket,
  type Exchange,
  encodeMessage,
  HeadBlock,
  listen,
  type RequestBody,
  type ResponseStream,
  Trailers,
  type WebSocketConnection,
  type WebSocketReceiver,
} from "fourfold/net";
import { json, message, part, parts, port, settledMemory, transferBytes } from "./workload.ts";

const jsonHead = new HeadBlock(200, ["content-type", "application/json"]);
const bytesHead = new HeadBlock(200, ["content-type", "application/octet-stream"]);
const unaryHead = new HeadBlock(200, ["content-type", "application/grpc"]);
const unaryTrailers = new Trailers(["grpc-status", "0"]);
const notFound = new HeadBlock(404);
const wrongContent = new HeadBlock(400);

const receivers = new Set<WebSocketConnection>();
const echo: WebSocketReceiver = { message: (socket, data) => socket.send(data), closed: () => {} };
const publish: WebSocketReceiver = { message: (_, data) => broadcast(data), closed: () => {} };
const receive: WebSocketReceiver = { message: () => {}, closed: (socket) => receivers.delete(socket) };

await listen({
  addresses: [{ host: "127.0.0.1", port }],
  handler: answer,
  limits: { bodyBytes: transferBytes, connections: 20_000 },
});

function answer(exchange: Exchange): void {
  const { path } = exchange.request;
  if (path === "/json") exchange.respond(jsonHead, null, json);
  else if (path === "/unary") void answerUnary(exchange);
  else if (path === "/upload") void takeUpload(exchange);
  else if (path === "/download") void sendDownload(exchange.stream(bytesHead, null));
  else if (path === "/settle") exchange.respond(jsonHead, null, settledMemory());
  else if (exchange.request.upgrade === "websocket") openWebSocket(exchange);
  else exchange.respond(notFound, null, null);
}

async function answerUnary(exchange: Exchange): Promise<void> {
  const content = await exchange.body.bytes();
  if (content.length === 0) exchange.respond(wrongContent, null, null);
  else exchange.respond(unaryHead, null, message, unaryTrailers);
}

async function takeUpload(exchange: Exchange): Promise<void> {
  const received = await lengthOf(exchange.body);
  exchange.respond(received === transferBytes ? jsonHead : wrongContent, null, json);
}

async function lengthOf(body: RequestBody): Promise<number> {
  let received = 0;
  await body.each((part) => {
    received += part.length;
  });
  return received;
}

async function sendDownload(stream: ResponseStream): Promise<void> {
  for (let left = parts; left > 0; left--) await stream.write(part);
  stream.end();
}

function openWebSocket(exchange: Exchange): void {
  const { path } = exchange.request;
  if (path === "/echo") acceptWebSocket(exchange, echo);
  else if (path === "/publish") acceptWebSocket(exchange, publish);
  else {
    const socket = acceptWebSocket(exchange, receive);
    if (socket !== null) receivers.add(socket);
  }
}

function broadcast(data: string | Uint8Array): void {
  const encoded = encodeMessage(data);
  for (const receiver of receivers) receiver.send(encoded);
}
