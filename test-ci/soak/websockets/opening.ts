import { once } from "node:events";
import type { ClientHttp2Session } from "node:http2";
import { openHttp2, openSocket, type Target } from "../target.ts";
import { WebSocketPeer } from "./peer.ts";

const path = "/websocket";

/** By the handshake of RFC 6455. */
export function openByHttp1(target: Target): Promise<WebSocketPeer> {
  const socket = openSocket(target);
  socket.write(handshake);
  return new Promise((resolve, reject) => {
    let come = Buffer.alloc(0);
    const receive = (bytes: Buffer): void => {
      come = Buffer.concat([come, bytes]);
      const end = come.indexOf("\r\n\r\n");
      if (end < 0) return;
      socket.off("data", receive).off("error", reject);
      const head = come.toString("latin1", 0, end);
      if (head.startsWith("HTTP/1.1 101 ")) resolve(new WebSocketPeer(socket, come.subarray(end + 4)));
      else reject(new Error(head));
    };
    socket.on("data", receive);
    socket.on("error", reject);
  });
}

/** A connection that lets WebSockets be opened on it. */
export async function connectForWebSockets(target: Target): Promise<ClientHttp2Session> {
  const session = openHttp2(target);
  const [settings] = await once(session, "remoteSettings");
  // The WebSockets on it tell what becomes of them.
  session.on("error", () => {});
  if (!settings.enableConnectProtocol) throw new Error("The server knows no extended CONNECT");
  return session;
}

/** By extended CONNECT (RFC 8441). */
export async function openByHttp2(session: ClientHttp2Session): Promise<WebSocketPeer> {
  const stream = session.request({
    ":method": "CONNECT",
    ":protocol": "websocket",
    ":path": path,
    "sec-websocket-version": "13",
  });
  const [fields] = await once(stream, "response");
  if (fields[":status"] !== 200) throw new Error(`CONNECT was answered with ${fields[":status"]}`);
  return new WebSocketPeer(stream, Buffer.alloc(0));
}

const handshake = [
  `GET ${path} HTTP/1.1`,
  "host: soak",
  "connection: Upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  "\r\n",
].join("\r\n");
