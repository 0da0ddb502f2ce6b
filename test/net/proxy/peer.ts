import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import type { ConnectionInfo, ExchangeHandler, Listener, ListenOptions } from "../../../src/net/index.ts";
import { get, ok, Peer, serve } from "../peer.ts";

/** What the application is told of the peer, as the content of the answer. */
export const tell: ExchangeHandler = (exchange) => {
  exchange.respond(ok, null, toText(exchange.request.connection));
};

export function toText({ httpVersion, remoteAddress, remotePort, secure, tls }: ConnectionInfo): string {
  const security = secure ? `secure ${tls?.version ?? "-"} ${tls?.serverName ?? "-"}` : "cleartext";
  return `${httpVersion} [${remoteAddress}]:${remotePort} ${security}`;
}

/** A server whose every peer must begin with a PROXY header. */
export function serveProxied(
  t: TestContext,
  options: Partial<ListenOptions> = {},
): Promise<{ listener: Listener; port: number }> {
  return serve(t, tell, { proxyProtocol: { from: ["loopback"] }, ...options });
}

/** What comes of bytes that a peer sends first, with a request behind them. */
export async function answerTo(port: number, header: string, fields = ""): Promise<string> {
  const peer = new Peer(port).send(header + get("/", `${fields}Connection: close\r\n`));
  await peer.closes();
  return peer.answers.map(({ status, body }) => (status === 200 ? body : String(status))).join() || peer.text;
}

/** An HTTP/2 client whose connection begins with `header`. */
export function http2Client(t: TestContext, port: number, header: string): ClientHttp2Session {
  const client = connectHttp2("http://a", {
    createConnection: () => {
      const socket = connect({ port, host: "127.0.0.1" });
      if (header !== "") socket.write(header, "latin1");
      return socket;
    },
  });
  client.on("error", () => {});
  t.after(() => client.destroy());
  return client;
}

/** The content of the answer to one request on it. */
export async function askHttp2(
  client: ClientHttp2Session,
  fields: Record<string, string | string[]> = {},
): Promise<string> {
  const stream = client.request({ ":path": "/", ...fields });
  let body = "";
  for await (const chunk of stream.setEncoding("utf8")) body += chunk;
  return body;
}
