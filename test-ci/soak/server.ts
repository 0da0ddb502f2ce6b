import {
  acceptWebSocket,
  type Exchange,
  HeadBlock,
  listen,
  type ResponseStream,
  Trailers,
  type WebSocketReceiver,
} from "fourfold/net";
import { partAt } from "./download.ts";
import type { ServerMessage } from "./server-process.ts";

/** The server of the soak, in a process of its own: tells its memory and drains when it is asked to. */

/** There by `--expose-gc`. */
const collectGarbage = globalThis.gc ?? ((): void => {});
const ok = new HeadBlock(200, ["content-type", "text/plain"]);
const broken = new HeadBlock(400);
const idle: WebSocketReceiver = { message: () => {}, closed: () => {} };

const listener = await listen({
  addresses: [{ host: "127.0.0.1", port: 0 }],
  handler: answer,
  onRejected: (error) => tell({ kind: "rejected", code: error.code }),
  // Short, so that the shortest soak has rounds of pings.
  limits: { pingMs: 3_000, pongMs: 3_000 },
});
const [address] = listener.addresses;

process.on("message", (request) => {
  if (request === "memory") tellMemory();
  else if (typeof request === "object" && request !== null && "drainMs" in request)
    void drain(Number(request.drainMs));
});
tell({ kind: "listening", port: address !== undefined && "port" in address ? address.port : 0 });

function answer(exchange: Exchange): void {
  const { path } = exchange.request;
  if (path === "/echo") void echo(exchange);
  else if (path === "/download") void download(exchange.stream(ok, null));
  else acceptWebSocket(exchange, idle);
}

/** The number of a request comes back in a field, in the content and in a trailer. */
async function echo(exchange: Exchange): Promise<void> {
  const number = exchange.request.header("number") ?? "";
  try {
    const content = await exchange.body.bytes();
    exchange.respond(ok, ["number", number], content, new Trailers(["number", number]));
  } catch {
    exchange.respond(broken, null, null);
  }
}

/** Goes on until the peer is gone. */
async function download(stream: ResponseStream): Promise<void> {
  try {
    for (let index = 0; ; index++) await stream.write(partAt(index));
  } catch {
    tell({ kind: "downloadEnded" });
  }
}

function tellMemory(): void {
  // Twice: what has a finalizer goes one round later.
  for (let round = 0; round < 2; round++) collectGarbage();
  const { rss, heapUsed, external } = process.memoryUsage();
  tell({ kind: "memory", resident: rss / 2 ** 20, values: (heapUsed + external) / 2 ** 20 });
}

async function drain(timeoutMs: number): Promise<void> {
  const startedAt = performance.now();
  await listener.drain(timeoutMs);
  const { connections, requests } = listener.stats();
  tell({ kind: "drained", milliseconds: performance.now() - startedAt, connections, requests });
  // Nothing is left to do: the process must end by itself.
  process.disconnect?.();
}

function tell(message: ServerMessage): void {
  process.send?.(message);
}
