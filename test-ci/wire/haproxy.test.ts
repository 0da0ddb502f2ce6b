import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { WebSocket } from "ws";
import { type ExchangeHandler, HeadBlock, type Listener, listen } from "../../src/net/index.ts";
import { type CertificateFiles, createCertificate } from "./certificate.ts";
import { output } from "./client-process.ts";
import { content, hash, LARGE } from "./content.ts";
import { configurationOf, type Way, ways } from "./haproxy/configuration.ts";
import { freePorts, HaproxyProcess } from "./haproxy/process.ts";
import { handler } from "./routes.ts";
import { contentFile, temporaryFolder, without } from "./workspace.ts";

// https://www.haproxy.org/download/2.6/doc/proxy-protocol.txt, as its author writes it.

const host = "127.0.0.1";
/** No address of haproxy's own: on Linux all of 127/8 are of this machine. */
const client = "127.9.8.7";
const json = new HeadBlock(200, ["content-type", "application/json"]);

/** Who the server believes it speaks with. */
interface Who {
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly secure: boolean;
  readonly httpVersion: string;
  readonly tls: { readonly version: string; readonly serverName: string | null } | null;
}

const answer: ExchangeHandler = (exchange) => {
  if (exchange.request.path === "/who")
    exchange.respond(json, null, JSON.stringify(exchange.request.connection));
  else handler(exchange);
};

describe("haproxy", { skip: without("haproxy", "openssl", "curl") }, () => {
  const folder = temporaryFolder();
  let ports: readonly number[] = [];
  const portOf = (way: Way): number => ports[ways.indexOf(way)] ?? 0;
  let files: CertificateFiles;
  let listeners: readonly Listener[] = [];
  let haproxy: HaproxyProcess;

  before(async () => {
    files = createCertificate(folder);
    const proxied = await listen({
      addresses: [
        { host, port: 0, tls: false },
        { host, port: 0 },
      ],
      tls: files,
      handler: answer,
      proxyProtocol: { from: ["loopback"] },
      limits: { bodyBytes: 2 * LARGE },
    });
    const forwarded = await listen({
      addresses: [{ host, port: 0 }],
      handler: answer,
      forwarded: { trust: ["loopback"], field: "x-forwarded" },
    });
    listeners = [proxied, forwarded];
    const [port = 0, securePort = 0, forwardedPort = 0] = listeners.flatMap(portsOf);
    ports = await freePorts(ways.length);
    const certificate = join(folder, "both.pem");
    await writeFile(certificate, readFileSync(files.certificate, "utf8") + readFileSync(files.key, "utf8"));
    const configuration = join(folder, "haproxy.cfg");
    const backend = { port, securePort, forwardedPort };
    await writeFile(configuration, configurationOf(portOf, backend, certificate));
    haproxy = await HaproxyProcess.start(configuration, ports);
  });
  after(async () => {
    await haproxy?.stop();
    for (const listener of listeners) await listener.close();
  });

  function open(way: Way, alpn: string): Promise<Socket> {
    return dial(portOf(way), way.includes("TLS") ? { ca: readFileSync(files.certificate), alpn } : null);
  }

  for (const way of ways) {
    test(`${way}: the client is known over HTTP/1.1`, async () => {
      const socket = await open(way, "http/1.1");
      const { localPort } = socket;
      socket.write("GET /who HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      const answered = await text(socket);
      assertKnown(JSON.parse(answered.slice(answered.indexOf("\r\n\r\n"))), way, localPort ?? 0);
    });

    // There haproxy speaks HTTP/1.1 with its client.
    if (way === "X-Forwarded") continue;
    test(`${way}: the client is known over HTTP/2`, async () => {
      const socket = await open(way, "h2");
      const session = connectHttp2(way.includes("TLS") ? "https://localhost" : "http://localhost", {
        createConnection: () => socket,
      });
      const who: Who = JSON.parse(await text(session.request({ ":path": "/who" })));
      assertKnown(who, way, socket.localPort ?? 0);
      assert.equal(who.httpVersion, "2");
      session.close();
    });
  }

  for (const way of ["v1", "v2", "v2 before TLS"] as const) {
    const scheme = way === "v2 before TLS" ? "https" : "http";
    const url = (path: string): string => `${scheme}://localhost:${portOf(way)}${path}`;

    test(`${way}: an upload of 100 MiB`, async () => {
      const large = await contentFile(folder, LARGE);
      const curl = ["--silent", "--show-error", "--fail", "--max-time", "60", "--cacert", files.certificate];
      const args = [...curl, "--request", "POST", "--upload-file", large, url("/hash")];
      assert.deepEqual(JSON.parse(await output("curl", args)), await hash(content(LARGE)));
    });

    test(`${way}: a WebSocket`, async () => {
      const socket = new WebSocket(url("/socket?greeting").replace("http", "ws"), {
        ca: readFileSync(files.certificate),
      });
      const [greeting] = await once(socket, "message");
      assert.equal(String(greeting), "1.1");
      socket.send("hello");
      const [echoed] = await once(socket, "message");
      assert.equal(String(echoed), "hello");
      socket.close();
      await once(socket, "close");
    });
  }

  test("nothing that haproxy has sent was refused, its checks included", () => {
    for (const listener of listeners) assert.deepEqual(listener.stats().rejectedByCode, {});
  });
});

function assertKnown(who: Who, way: Way, port: number): void {
  const isSecure = way.includes("TLS") || way === "X-Forwarded";
  assert.equal(who.remoteAddress, client);
  // X-Forwarded-For has no port.
  assert.equal(who.remotePort, way === "X-Forwarded" ? 0 : port);
  assert.equal(who.secure, isSecure);
  const agreed = way.includes("TLS") ? ["TLSv1.3", "localhost"] : [undefined, undefined];
  assert.deepEqual([who.tls?.version, who.tls?.serverName], agreed);
}

/** Connects from an address by which the client can be told from haproxy. */
async function dial(
  port: number,
  tls: { readonly ca: Buffer; readonly alpn: string } | null,
): Promise<Socket> {
  const socket = connect({ port, host, localAddress: client });
  await once(socket, "connect");
  if (tls === null) return socket;
  const secured = connectTls({ socket, ca: tls.ca, servername: "localhost", ALPNProtocols: [tls.alpn] });
  await once(secured, "secureConnect");
  return secured;
}

function portsOf({ addresses }: Listener): number[] {
  return addresses.map((address) => ("port" in address ? address.port : 0));
}
