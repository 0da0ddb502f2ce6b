import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ForwardedOptions, listen, ProxyOptionsError } from "../../../src/net/index.ts";
import { PeerInfo } from "../../../src/net/peer-info.ts";
import { Forwarding } from "../../../src/net/proxy/forwarding.ts";
import { get, Peer, serve } from "../peer.ts";
import { SecurePeer, serveTls } from "../tls/peer.ts";
import { v1 } from "./headers.ts";
import { answerTo, askHttp2, http2Client, tell, toText } from "./peer.ts";

const proxy = "10.0.0.1";

/** Whom the application sees when a proxy at {@link proxy} sends these fields. */
function seen(options: ForwardedOptions, fields: Record<string, string>, secure = false): string {
  const forwarding = new Forwarding(options);
  const info = new PeerInfo("1.1", { remoteAddress: proxy, remotePort: 99, secure, tls: null });
  assert.equal(forwarding.trusts(info), true);
  const {
    remoteAddress,
    remotePort,
    secure: isSecure,
  } = forwarding.clientOf({ header: (name) => fields[name] }, info);
  return `${remoteAddress} ${remotePort}${isSecure ? " secure" : ""}`;
}

/** Rows of a field's value and what it comes to. */
type Rows = readonly (readonly [string, string])[];

const own = `${proxy} 99`;

const standard: Rows = [
  ["for=203.0.113.7", "203.0.113.7 0"],
  ["For=203.0.113.7;Proto=HTTPS;by=10.0.0.1;host=a.example", "203.0.113.7 0 secure"],
  ['for="203.0.113.7:4711";proto=http', "203.0.113.7 4711"],
  ['for="[2001:DB8:0::7]:4711"', "2001:db8::7 4711"],
  ['for="[2001:db8::7]"', "2001:db8::7 0"],
  ['for="[2001:db8::7]:_hidden"', "2001:db8::7 0"],
  ['for="203.0.113.\\7"', "203.0.113.7 0"],
  [";;for=203.0.113.7;;proto=https;", "203.0.113.7 0 secure"],
  ['host="a, for=1.1.1.1;\\"b";for=203.0.113.7', "203.0.113.7 0"],
  ["for=198.51.100.1, for=203.0.113.7, for=10.0.0.2", "203.0.113.7 0"],
  ["for=203.0.113.7;proto=https\t,\tfor=10.0.0.2;proto=http", "203.0.113.7 0 secure"],
  ["for=203.0.113.7,, ,for=10.0.0.2,", "203.0.113.7 0"],
  ["for=10.0.0.3;proto=https, for=10.0.0.2", "10.0.0.3 0 secure"],
  // Not told, or hidden: what was known before.
  ["for=unknown;proto=https", `${own} secure`],
  ["for=203.0.113.7, for=_hidden", own],
  ["for=203.0.113.7, for=Unknown, for=10.0.0.2", "10.0.0.2 0"],
  ["for=203.0.113.7, proto=https, for=10.0.0.2", "10.0.0.2 0 secure"],
  ["proto=ftp;for=203.0.113.7", "203.0.113.7 0"],
  // What a client has put before the proxy's part cannot change how that is read.
  ['for="1.1.1.1, for=203.0.113.7', "203.0.113.7 0"],
  ['for="1.1.1.1\\, for="[2001:db8::7]"', "2001:db8::7 0"],
  ['"""\\\\", for=203.0.113.7', "203.0.113.7 0"],
  ['for="1.1.1.1, for=10.0.0.2', "10.0.0.2 0"],
  // Malformed.
  ["", own],
  ["203.0.113.7", own],
  ["for=", own],
  ["for=203.0.113.7:80", own],
  ["for=[2001:db8::7]", own],
  ['for="2001:db8::7"', own],
  ['for="[fe80::1%eth0]"', own],
  ['for="[203.0.113.7]"', own],
  ['for="203.0.113.7:65536"', own],
  ['for="203.0.113.7:"', own],
  ["for=203.0.113.07", own],
  ["for=example.com", own],
  ["for=_", own],
  ["for = 203.0.113.7", own],
  ["for=203.0.113.7; proto=https", own],
  ["for=203.0.113.7 proto=https", own],
  ["for=203.0.113.7;for=203.0.113.8", own],
  ["for=203.0.113.7;FOR=203.0.113.7", own],
  ['for="203.0.113.7', own],
  ['for=203.0.113.7"', own],
  ['for="203.0.113.7"x', own],
  ['for=203.0.113.7;proto="a b"', own],
  ["for=203.0.113.7;x", own],
  ["for=203.0.113.7;proto=https, for=", own],
];

const customary: Rows = [
  ["203.0.113.7", "203.0.113.7 0"],
  ["203.0.113.7:4711", "203.0.113.7 4711"],
  ["2001:DB8:0::7", "2001:db8::7 0"],
  ["[2001:db8::7]", "2001:db8::7 0"],
  ["[2001:db8::7]:4711", "2001:db8::7 4711"],
  ["1.1.1.1, 203.0.113.7, 10.0.0.3,10.0.0.2", "203.0.113.7 0"],
  ["10.0.0.3, 10.0.0.2", "10.0.0.3 0"],
  [", 203.0.113.7,, 10.0.0.2 ,", "203.0.113.7 0"],
  ["203.0.113.7, unknown", own],
  ["203.0.113.7, unknown, 10.0.0.2", "10.0.0.2 0"],
  ["", own],
  ["203.0.113.7, nonsense, 10.0.0.2", "10.0.0.2 0"],
  ["203.0.113.7.1", own],
  ["fe80::1%eth0", own],
  ["203.0.113.7:99999", own],
  ["for=203.0.113.7", own],
];

const trusted: ForwardedOptions = { trust: ["10.0.0.0/8"], field: "forwarded" };
const trustedX: ForwardedOptions = { trust: ["10.0.0.0/8"], field: "x-forwarded" };

test("Forwarded: the nearest hop that is no trusted proxy is the client", () => {
  for (const [forwarded, expected] of standard)
    assert.equal(seen(trusted, { forwarded }), expected, forwarded);
});

test("X-Forwarded-For: likewise", () => {
  for (const [value, expected] of customary)
    assert.equal(seen(trustedX, { "x-forwarded-for": value }), expected, value);
});

test("X-Forwarded-Proto: the last value counts; the port of the proxy is nobody's", () => {
  const address = { "x-forwarded-for": "203.0.113.7", "x-forwarded-port": "443" };
  for (const [proto, expected] of [
    ["https", "203.0.113.7 0 secure"],
    ["WSS", "203.0.113.7 0 secure"],
    ["https, http", "203.0.113.7 0"],
    ["http,https ", "203.0.113.7 0 secure"],
    ["ws", "203.0.113.7 0"],
    ["nonsense", "203.0.113.7 0"],
    ["", "203.0.113.7 0"],
  ] satisfies Rows)
    assert.equal(seen(trustedX, { ...address, "x-forwarded-proto": proto }), expected, proto);
  assert.equal(seen(trustedX, { "x-forwarded-proto": "https" }), `${own} secure`);
  assert.equal(seen(trustedX, { ...address, "x-forwarded-proto": "http" }, true), "203.0.113.7 0");
  assert.equal(
    seen(trustedX, address, true),
    "203.0.113.7 0 secure",
    "where nothing is told, as the proxy came",
  );
});

test("only the field that was agreed on is read", () => {
  assert.equal(seen(trusted, { "x-forwarded-for": "1.1.1.1", "x-forwarded-proto": "https" }), own);
  assert.equal(seen(trustedX, { forwarded: "for=1.1.1.1;proto=https" }), own);
});

test("a number of proxies: as many hops are believed, whoever they are", () => {
  const forwarded = "for=192.0.2.3, for=192.0.2.2;proto=https, for=192.0.2.1";
  for (const [trust, expected] of [
    [1, "192.0.2.1 0"],
    [2, "192.0.2.2 0 secure"],
    [3, "192.0.2.3 0 secure"],
    [4, "192.0.2.3 0 secure"],
  ] as const) {
    assert.equal(seen({ trust, field: "forwarded" }, { forwarded }), expected);
    const fields = { "x-forwarded-for": "192.0.2.3, 192.0.2.2, 192.0.2.1" };
    assert.equal(seen({ trust, field: "x-forwarded" }, fields), expected.replace(" secure", ""));
  }
});

test("the addresses of proxies: networks, words, IPv4 in IPv6, zones", () => {
  const trusts = (trust: readonly string[], remoteAddress: string): boolean =>
    new Forwarding({ trust, field: "forwarded" }).trusts({
      remoteAddress,
      remotePort: 1,
      secure: false,
      tls: null,
    });
  for (const [listed, address] of [
    ["10.0.0.0/8", "10.255.0.1"],
    ["10.0.0.0/8", "::ffff:10.255.0.1"],
    ["10.0.0.1", "10.0.0.1"],
    ["2001:db8::/32", "2001:db8:ffff::1"],
    ["fe80::/10", "fe80::1%eth0"],
    ["loopback", "127.8.0.1"],
    ["loopback", "::1"],
    ["private", "192.168.3.4"],
    ["private", "172.31.0.1"],
    ["private", "fd12::1"],
    ["unix", ""],
    ["0.0.0.0/0", "203.0.113.7"],
  ] as const)
    assert.equal(trusts(["198.51.100.1", listed], address), true, `${listed} ${address}`);
  for (const [listed, address] of [
    ["10.0.0.0/8", "11.0.0.1"],
    ["10.0.0.1", "10.0.0.2"],
    ["2001:db8::/32", "2001:db9::1"],
    ["loopback", "10.0.0.1"],
    ["loopback", ""],
    ["private", "172.32.0.1"],
    ["unix", "127.0.0.1"],
    ["0.0.0.0/0", "2001:db8::1"],
    ["0.0.0.0/0", ""],
  ] as const)
    assert.equal(trusts([listed], address), false, `${listed} ${address}`);
});

test("settings that cannot be used are told in one line", async () => {
  const addresses = [{ host: "127.0.0.1", port: 0 }];
  for (const wrong of [
    "",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0",
    "fe80::1%eth0",
    "::/129",
    "example.com",
    "all",
  ])
    for (const option of [
      { proxyProtocol: { from: [wrong] } },
      { forwarded: { trust: [wrong], field: "forwarded" } },
    ] as const)
      await assert.rejects(listen({ addresses, handler: tell, ...option }), (thrown) => {
        assert.ok(thrown instanceof ProxyOptionsError);
        assert.match(thrown.message, /^(proxyProtocol\.from|forwarded\.trust): ".*" is no address: write /);
        return true;
      });
  for (const trust of [0, -1, 1.5, Number.NaN, 101, []])
    assert.throws(() => new Forwarding({ trust, field: "forwarded" }), ProxyOptionsError);
  const field: string = "via";
  assert.throws(() => new Forwarding({ trust: 1, field: field as "forwarded" }), /forwarded\.field: write/);
});

test("whatever the fields hold: an address of theirs, or the proxy's own, and no exception", () => {
  const parts = [
    "for=",
    "203.0.113.7",
    '"',
    "\\",
    ",",
    ";",
    "[2001:db8::1]",
    ":80",
    "proto=https",
    "unknown",
    "_x",
    " ",
    "10.0.0.2",
  ];
  const text = fc.oneof(
    fc.array(fc.constantFrom(...parts), { maxLength: 20 }).map((chosen) => chosen.join("")),
    fc.string({ unit: "binary-ascii", maxLength: 100 }),
  );
  const known = new Set([proxy, "203.0.113.7", "2001:db8::1", "10.0.0.2"]);
  fc.assert(
    fc.property(text, (value) => {
      for (const options of [trusted, trustedX]) {
        const fields = { forwarded: value, "x-forwarded-for": value, "x-forwarded-proto": value };
        const [address = ""] = seen(options, fields).split(" ");
        if (!value.includes("\u0000")) assert.ok(known.has(address) || /^[\da-f.:]+$/.test(address), address);
        // What a trusted proxy adds at the end is read, whatever stands before it.
        const added = { forwarded: `${value}, for=192.0.2.9`, "x-forwarded-for": `${value}, 192.0.2.9` };
        assert.match(seen(options, added), /^192\.0\.2\.9 0/);
      }
    }),
    { numRuns: 2000 },
  );
});

test("many elements cost no more than their bytes", () => {
  for (const part of ['"\\', "for=10.0.0.2,", ",", '"', "\\", "for=10.0.0.2;"]) {
    const value = part.repeat(16_384 / part.length);
    const start = performance.now();
    seen(trusted, { forwarded: value });
    seen(trustedX, { "x-forwarded-for": value });
    assert.ok(performance.now() - start < 100, part);
  }
});

test("HTTP/1.1: each request of a trusted peer has its own client", async (t) => {
  const { port } = await serve(t, tell, { forwarded: { trust: ["loopback"], field: "forwarded" } });
  const peer = new Peer(port);
  peer.send(get("/", "Forwarded: for=203.0.113.7;proto=https\r\n"));
  peer.send(get("/", 'Forwarded: for=1.1.1.1\r\nForwarded: for="[2001:db8::7]:4711"\r\n'));
  peer.send("GET http://a/ HTTP/1.1\r\nHost: a\r\nForwarded: for=203.0.113.8\r\n\r\n");
  peer.send("GET / HTTP/1.0\r\nForwarded: for=203.0.113.9\r\nConnection: keep-alive\r\n\r\n");
  peer.send(get());
  const [first, second, third, fourth, last] = (await peer.answersUpTo(5)).map(({ body }) => body);
  assert.equal(first, "1.1 [203.0.113.7]:0 secure - -");
  assert.equal(second, "1.1 [2001:db8::7]:4711 cleartext");
  assert.equal(third, "1.1 [203.0.113.8]:0 cleartext");
  assert.equal(fourth, "1.0 [203.0.113.9]:0 cleartext");
  assert.match(last ?? "", /^1\.1 \[127\.0\.0\.1\]:[1-9]/);
});

test("HTTP/2: likewise for each stream", async (t) => {
  const { port } = await serve(t, tell, { forwarded: { trust: ["loopback"], field: "x-forwarded" } });
  const client = http2Client(t, port, "");
  const answers = await Promise.all(
    ["203.0.113.7", "1.1.1.1, 203.0.113.8", "nonsense"].map((value) =>
      askHttp2(client, { "x-forwarded-for": value, "x-forwarded-proto": "https" }),
    ),
  );
  assert.deepEqual(answers.slice(0, 2), ["2 [203.0.113.7]:0 secure - -", "2 [203.0.113.8]:0 secure - -"]);
  assert.match(answers[2] ?? "", /^2 \[127\.0\.0\.1\]:[1-9]\d* secure/);
  assert.match(await askHttp2(client), /^2 \[127\.0\.0\.1\]:[1-9]\d* cleartext$/);
});

test("untrusted peers are not believed, nor anyone without the option", async (t) => {
  const fields =
    "Forwarded: for=10.0.0.1;proto=https\r\nX-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\n";
  for (const options of [{}, { forwarded: trusted }, { forwarded: trustedX }]) {
    const { port } = await serve(t, tell, options);
    assert.match(await answerTo(port, "", fields), /^1\.1 \[127\.0\.0\.1\]:[1-9]\d* cleartext$/);
    const client = http2Client(t, port, "");
    const sent = {
      forwarded: "for=10.0.0.1;proto=https",
      "x-forwarded-for": "10.0.0.1",
      "x-forwarded-proto": "https",
    };
    assert.match(await askHttp2(client, sent), /^2 \[127\.0\.0\.1\]:[1-9]\d* cleartext$/);
  }
});

test("with a PROXY header, who is announced is the one to be trusted or not", async (t) => {
  const { port } = await serve(t, tell, { proxyProtocol: { from: ["loopback"] }, forwarded: trusted });
  const fields = "Forwarded: for=203.0.113.7\r\n";
  assert.equal(await answerTo(port, v1("10.0.0.1"), fields), "1.1 [203.0.113.7]:0 cleartext");
  assert.equal(await answerTo(port, v1("192.0.2.1"), fields), "1.1 [192.0.2.1]:4711 cleartext");
});

test("what TLS has agreed on stays that of the connection", async (t) => {
  const forwarded: ForwardedOptions = { trust: ["loopback"], field: "forwarded" };
  const { port } = await serveTls(t, tell, {}, { forwarded });
  const peer = new SecurePeer(port).send(
    get("/", "Forwarded: for=203.0.113.7\r\n") + get("/", "Forwarded: for=203.0.113.7;proto=http\r\n"),
  );
  const bodies = (await peer.answersUpTo(2)).map(({ body }) => body);
  assert.deepEqual(bodies, ["1.1 [203.0.113.7]:0 secure TLSv1.3 localhost", "1.1 [203.0.113.7]:0 cleartext"]);
  peer.socket.destroy();
});

test("what is refused is reported with its client, once the head is known", async (t) => {
  const reported: string[] = [];
  const { port } = await serve(t, tell, {
    forwarded: { trust: ["loopback"], field: "forwarded" },
    onRejected: ({ code }, connection) => void reported.push(`${code} ${toText(connection)}`),
  });
  const peer = new Peer(port).send(
    "POST / HTTP/1.1\r\nHost: a\r\nForwarded: for=203.0.113.7\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
  );
  await peer.closes();
  assert.deepEqual(reported, ["MALFORMED_REQUEST 1.1 [203.0.113.7]:0 cleartext"]);
});
