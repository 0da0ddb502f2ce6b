import assert from "node:assert/strict";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { listen } from "../../../src/net/index.ts";
import { folder } from "../../examples/program.ts";
import { get, Peer, parseAnswers, pause, serve } from "../peer.ts";
import { extension, local, raw2, signature, ssl, v1, v2, v2WithSum } from "./headers.ts";
import { answerTo, askHttp2, http2Client, serveProxied, tell } from "./peer.ts";

/** Headers, and whom the application then sees. */
const announced: readonly (readonly [string, string])[] = [
  [v1("203.0.113.7"), "1.1 [203.0.113.7]:4711 cleartext"],
  [v1("0.0.0.0", 0), "1.1 [0.0.0.0]:0 cleartext"],
  [v1("2001:DB8:0::7", 65535), "1.1 [2001:db8::7]:65535 cleartext"],
  [
    v1("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"),
    "1.1 [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:4711 cleartext",
  ],
  [v2("203.0.113.7"), "1.1 [203.0.113.7]:4711 cleartext"],
  [v2("2001:db8::7", "", 65535), "1.1 [2001:db8::7]:65535 cleartext"],
  [v2("::"), "1.1 [::]:4711 cleartext"],
  [v2WithSum("203.0.113.7"), "1.1 [203.0.113.7]:4711 cleartext"],
  [v2("203.0.113.7", extension(0x04, "\0".repeat(300))), "1.1 [203.0.113.7]:4711 cleartext"],
  [v2("203.0.113.7", extension(0xee, "") + extension(0x02, "a.example")), "1.1 [203.0.113.7]:4711 cleartext"],
  [v2("203.0.113.7", ssl(0)), "1.1 [203.0.113.7]:4711 cleartext"],
  [v2("203.0.113.7", ssl(7, null)), "1.1 [203.0.113.7]:4711 secure - -"],
  [v2("203.0.113.7", ssl(1, "a\nb")), "1.1 [203.0.113.7]:4711 secure - -"],
  [
    v2WithSum("2001:db8::7", extension(0x02, "a.example") + ssl(1)),
    "1.1 [2001:db8::7]:4711 secure TLSv1.3 a.example",
  ],
  // By datagrams, as those of HTTP/3 come to a proxy.
  [raw2(0x21, 0x12, "\xcb\0\x71\x07\xc0\0\x02\x01\x12\x67\x01\xbb"), "1.1 [203.0.113.7]:4711 cleartext"],
];

/** Headers that leave the socket's own address. */
const unannounced: readonly string[] = [
  "PROXY UNKNOWN\r\n",
  "PROXY UNKNOWN whatever it may be\r\n",
  `PROXY UNKNOWN ${"f".repeat(91)}\r\n`,
  local,
  raw2(0x20, 0x11, "\x01\x02"),
  raw2(0x20, 0xff, "anything at all"),
  raw2(0x21, 0x00, ""),
  raw2(0x21, 0x00, "\x01\x02\x03"),
  raw2(0x21, 0x10, "\x01"),
  raw2(0x21, 0x31, "\0".repeat(216)),
  raw2(0x20, 0x00, "\0".repeat(2048)),
];

const malformed: readonly (readonly [string, string])[] = [
  ["no header", ""],
  ["lower case", v1("203.0.113.7").toLowerCase()],
  ["a tab", "PROXY\tTCP4 203.0.113.7 192.0.2.1 1 2\r\n"],
  ["two blanks", "PROXY TCP4  203.0.113.7 192.0.2.1 1 2\r\n"],
  ["a blank at the end", "PROXY TCP4 203.0.113.7 192.0.2.1 1 2 \r\n"],
  ["LF alone", "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\n"],
  ["CR CR LF", "PROXY TCP4 203.0.113.7 192.0.2.1 1 2\r\r\n"],
  ["CR within", "PROXY UNKNOWN a\rb\r\n"],
  ["UNKNOWN and more letters", "PROXY UNKNOWNS\r\n"],
  ["another family", "PROXY UDP4 203.0.113.7 192.0.2.1 1 2\r\n"],
  ["an address of the other family", "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n"],
  ["the other way round", "PROXY TCP6 203.0.113.7 192.0.2.1 1 2\r\n"],
  ["a destination of the other family", "PROXY TCP4 203.0.113.7 2001:db8::1 1 2\r\n"],
  ["a zone", "PROXY TCP6 fe80::1%eth0 2001:db8::1 1 2\r\n"],
  ["leading zeros of an address", "PROXY TCP4 203.0.113.07 192.0.2.1 1 2\r\n"],
  ["a number over 255", "PROXY TCP4 203.0.113.256 192.0.2.1 1 2\r\n"],
  ["leading zeros of a port", "PROXY TCP4 203.0.113.7 192.0.2.1 01 2\r\n"],
  ["a port over 65535", "PROXY TCP4 203.0.113.7 192.0.2.1 65536 2\r\n"],
  ["a destination port over 65535", "PROXY TCP4 203.0.113.7 192.0.2.1 1 65536\r\n"],
  ["a signed port", "PROXY TCP4 203.0.113.7 192.0.2.1 +1 2\r\n"],
  ["a missing port", "PROXY TCP4 203.0.113.7 192.0.2.1 1\r\n"],
  ["108 bytes", `PROXY UNKNOWN ${"f".repeat(92)}\r\n`],
  ["another version", raw2(0x11, 0x11, "\0".repeat(12))],
  ["another command", raw2(0x22, 0x11, "\0".repeat(12))],
  ["another family in version 2", raw2(0x21, 0x41, "\0".repeat(12))],
  ["another transport", raw2(0x21, 0x13, "\0".repeat(12))],
  ["too little for IPv4", raw2(0x21, 0x11, "\0".repeat(11))],
  ["too little for IPv6", raw2(0x21, 0x21, "\0".repeat(35))],
  ["too little for a Unix socket", raw2(0x21, 0x31, "\0".repeat(215))],
  ["too long", raw2(0x20, 0x00, "\0".repeat(2049))],
  ["a damaged signature", signature.replace("QUIT", "QUIZ") + v2("203.0.113.7").slice(12)],
  ["a wrong checksum", v2("203.0.113.7", extension(0x03, "abcd"))],
  ["a checksum of another length", v2("203.0.113.7", extension(0x03, "abc"))],
  ["half an extension", v2("203.0.113.7", "\x04\0")],
  ["an extension that is too long", v2("203.0.113.7", "\x04\0\x02a")],
  ["TLS that is cut short", v2("203.0.113.7", extension(0x20, "\x01\0\0\0"))],
  ["TLS with half an extension", v2("203.0.113.7", extension(0x20, "\x01\0\0\0\0\x21\0"))],
];

test("the application sees the peer that the header tells of", async (t) => {
  const { port, listener } = await serveProxied(t);
  for (const [header, expected] of announced) assert.equal(await answerTo(port, header), expected);
  assert.equal(listener.stats().accepted, announced.length);
  assert.deepEqual(listener.stats().rejectedByCode, {});
});

test("LOCAL, UNKNOWN and kinds without an IP address leave the socket's own address", async (t) => {
  const { port } = await serveProxied(t);
  for (const header of unannounced)
    assert.match(await answerTo(port, header), /^1\.1 \[127\.0\.0\.1\]:[1-9]\d* cleartext$/);
});

test("what is no header is cut off without an answer, counted and reported", async (t) => {
  const reported: string[] = [];
  const { port, listener } = await serveProxied(t, {
    onRejected: ({ message }, { remoteAddress }) => void reported.push(`${remoteAddress} ${message}`),
  });
  for (const [what, header] of malformed) assert.equal(await answerTo(port, header), "", what);
  assert.deepEqual(listener.stats().rejectedByCode, { MALFORMED_REQUEST: malformed.length });
  assert.equal(listener.stats().accepted, 0);
  assert.equal(listener.stats().requests, 0);
  for (const line of reported) assert.match(line, /^127\.0\.0\.1 PROXY protocol: /);
});

test("headers may come in two parts, cut at any byte", async (t) => {
  const { port } = await serveProxied(t);
  const headers = [v1("2001:db8::7"), v2WithSum("2001:db8::7", ssl(1)), local];
  const cuts = headers.flatMap((header) =>
    Array.from({ length: header.length + 1 }, (_, cut) => ({ header, cut })),
  );
  for (let index = 0; index < cuts.length; index += 32)
    await Promise.all(
      cuts.slice(index, index + 32).map(async ({ header, cut }) => {
        const peer = new Peer(port).send(header.slice(0, cut));
        await pause(10);
        peer.send(header.slice(cut) + get("/", "Connection: close\r\n"));
        const expected = header === local ? "127.0.0.1" : "2001:db8::7";
        assert.ok((await peer.closes()).includes(`[${expected}]:`), `cut at ${cut}: ${peer.text}`);
      }),
    );
});

test("a header may come byte by byte", async (t) => {
  const { port } = await serveProxied(t);
  await Promise.all(
    [v1("203.0.113.7"), v2WithSum("203.0.113.7")].map(async (header) => {
      const peer = new Peer(port);
      for (const byte of header + get("/", "Connection: close\r\n")) {
        peer.send(byte);
        await pause(1);
      }
      assert.match(await peer.closes(), /\[203\.0\.113\.7\]:4711/);
    }),
  );
});

test("a header that ends before it is whole is refused; who says nothing has done nothing wrong", async (t) => {
  const { port, listener } = await serveProxied(t);
  const parts = [v1("203.0.113.7"), v2("203.0.113.7")].flatMap((header) =>
    Array.from({ length: header.length - 1 }, (_, index) => header.slice(0, index + 1)),
  );
  for (const part of ["", "", ...parts]) {
    const peer = new Peer(port).send(part);
    peer.socket.end();
    assert.equal(await peer.closes(), "");
  }
  assert.deepEqual(listener.stats().rejectedByCode, { MALFORMED_REQUEST: parts.length });
  assert.equal(listener.stats().connections, 0);
});

test("a header that does not come in time is refused", async (t) => {
  const { port, listener } = await serveProxied(t, { limits: { firstByteMs: 60 } });
  const peers = ["", "PROXY TCP4 203.0.", v2("203.0.113.7").slice(0, 20)].map((part) =>
    new Peer(port).send(part),
  );
  for (const peer of peers) assert.equal(await peer.closes(), "");
  assert.deepEqual(listener.stats().rejectedByCode, { REQUEST_TIMEOUT: 3 });
});

test("after the header there is the usual time for the first byte, and no more", async (t) => {
  const { port } = await serveProxied(t, { limits: { firstByteMs: 60 } });
  const peer = new Peer(port).send(v1("203.0.113.7"));
  assert.equal(await peer.closes(), "");
});

test("requests that come with the header are answered, and those after them", async (t) => {
  for (const header of [v1("203.0.113.7"), v2("203.0.113.7")]) {
    const { port, listener } = await serveProxied(t);
    const peer = new Peer(port).send(header + get() + get());
    await peer.answersUpTo(2);
    peer.send(get());
    const bodies = (await peer.answersUpTo(3)).map(({ body }) => body);
    assert.deepEqual(new Set(bodies), new Set(["1.1 [203.0.113.7]:4711 cleartext"]));
    peer.send(header);
    assert.match(await peer.closes(), /HTTP\/1\.1 400 /, "there is but one header");
    assert.equal(listener.stats().accepted, 1);
  }
});

test("HTTP/2 follows a header as well", async (t) => {
  const { port } = await serveProxied(t);
  for (const header of [v1("203.0.113.7"), v2("203.0.113.7")]) {
    const client = http2Client(t, port, header);
    assert.equal(await askHttp2(client), "2 [203.0.113.7]:4711 cleartext");
    assert.equal(await askHttp2(client), "2 [203.0.113.7]:4711 cleartext");
  }
});

test("a header of anyone else is refused, and they need none", async (t) => {
  const { port, listener } = await serve(t, tell, { proxyProtocol: { from: ["10.0.0.0/8", "unix"] } });
  assert.match(await answerTo(port, ""), /\[127\.0\.0\.1\]/);
  for (const header of [v1("10.0.0.1"), v2("10.0.0.1")])
    assert.doesNotMatch(await answerTo(port, header), /10\.0\.0\.1/);
  assert.equal(listener.stats().requests, 1);
});

test("without the option nobody's header is taken", async (t) => {
  const { port, listener } = await serve(t, tell);
  for (const header of [v1("10.0.0.1"), v2("10.0.0.1")])
    assert.doesNotMatch(await answerTo(port, header), /10\.0\.0\.1/);
  assert.equal(listener.stats().requests, 0);
});

test("a proxy may come by a Unix socket", async (t) => {
  const path = join(await folder(t), "http.sock");
  const listener = await listen({ addresses: [{ path }], handler: tell, proxyProtocol: { from: ["unix"] } });
  t.after(() => listener.close());
  for (const [header, expected] of [
    [v1("203.0.113.7"), "[203.0.113.7]:4711"],
    [local, "[]:0"],
  ] as const) {
    const socket = connect({ path });
    socket.write(header + get("/", "Connection: close\r\n"), "latin1");
    let text = "";
    for await (const chunk of socket.setEncoding("latin1")) text += chunk;
    assert.equal(parseAnswers(text)[0]?.body, `1.1 ${expected} cleartext`);
  }
});
