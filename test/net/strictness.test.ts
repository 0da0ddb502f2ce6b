import assert from "node:assert/strict";
import { test } from "node:test";
import { echo, Peer, parseAnswers, serve } from "./peer.ts";

const H = "Host: a\r\n";

/** Requests that must be refused, with the status, and closed upon. */
const refused: readonly [name: string, request: string, status: number][] = [
  ["bare LF after the request line", `GET / HTTP/1.1\n${H}\r\n`, 400],
  ["bare LF after a field", `GET / HTTP/1.1\r\nHost: a\n\r\n`, 400],
  ["bare LF as the empty line", `GET / HTTP/1.1\r\n${H}\n`, 400],
  ["bare CR in a value", `GET / HTTP/1.1\r\n${H}X: a\rb\r\n\r\n`, 400],
  ["bare CR after the version", `GET / HTTP/1.1\rX\r\n${H}\r\n`, 400],
  ["obs-fold", `GET / HTTP/1.1\r\n${H}X: a\r\n b\r\n\r\n`, 400],
  ["obs-fold by a tab", `GET / HTTP/1.1\r\n${H}X: a\r\n\tb\r\n\r\n`, 400],
  ["white space before the first field", `GET / HTTP/1.1\r\n ${H}\r\n`, 400],
  ["space before the colon", `GET / HTTP/1.1\r\nHost : a\r\n\r\n`, 400],
  ["tab before the colon", `GET / HTTP/1.1\r\n${H}X\t: a\r\n\r\n`, 400],
  ["an empty name", `GET / HTTP/1.1\r\n${H}: a\r\n\r\n`, 400],
  ["a field without colon", `GET / HTTP/1.1\r\n${H}X\r\n\r\n`, 400],
  ["a name with a parenthesis", `GET / HTTP/1.1\r\n${H}X(: a\r\n\r\n`, 400],
  ["a name beyond ASCII", `GET / HTTP/1.1\r\n${H}X\xe9: a\r\n\r\n`, 400],
  ["NUL in a value", `GET / HTTP/1.1\r\n${H}X: a\0b\r\n\r\n`, 400],
  ["a control character in a value", `GET / HTTP/1.1\r\n${H}X: a\x01b\r\n\r\n`, 400],
  ["DEL in a value", `GET / HTTP/1.1\r\n${H}X: a\x7fb\r\n\r\n`, 400],
  ["NUL in a name", `GET / HTTP/1.1\r\n${H}X\0: a\r\n\r\n`, 400],
  ["a method that is no token", `GE[T / HTTP/1.1\r\n${H}\r\n`, 400],
  ["no method", ` / HTTP/1.1\r\n${H}\r\n`, 400],
  ["a method of 33 bytes", `${"M".repeat(33)} / HTTP/1.1\r\n${H}\r\n`, 400],
  ["no target", `GET HTTP/1.1\r\n${H}\r\n`, 400],
  ["two spaces before the target", `GET  / HTTP/1.1\r\n${H}\r\n`, 400],
  ["two spaces after the target", `GET /  HTTP/1.1\r\n${H}\r\n`, 400],
  ["a tab between method and target", `GET\t/ HTTP/1.1\r\n${H}\r\n`, 400],
  ["a space after the version", `GET / HTTP/1.1 \r\n${H}\r\n`, 400],
  ["HTTP/0.9", `GET /\r\n`, 400],
  ["a raw space in the target", `GET /a b HTTP/1.1\r\n${H}\r\n`, 400],
  ["a fragment", `GET /a#b HTTP/1.1\r\n${H}\r\n`, 400],
  ["a target beyond ASCII", `GET /\xe9 HTTP/1.1\r\n${H}\r\n`, 400],
  ["a control character in the target", `GET /\x0b HTTP/1.1\r\n${H}\r\n`, 400],
  ["DEL in the target", `GET /\x7f HTTP/1.1\r\n${H}\r\n`, 400],
  ["a target without slash", `GET a HTTP/1.1\r\n${H}\r\n`, 400],
  ["the asterisk with GET", `GET * HTTP/1.1\r\n${H}\r\n`, 400],
  ["a target of another scheme", `GET ftp://a/ HTTP/1.1\r\n${H}\r\n`, 400],
  ["a target with user information", `GET http://u@a/ HTTP/1.1\r\n${H}\r\n`, 400],
  ["a target without host", `GET http:///x HTTP/1.1\r\n${H}\r\n`, 400],
  ["a target of another host", `GET http://b/ HTTP/1.1\r\n${H}\r\n`, 400],
  ["CONNECT", `CONNECT a:443 HTTP/1.1\r\n${H}\r\n`, 501],
  ["CONNECT to a path", `CONNECT /a HTTP/1.1\r\n${H}\r\n`, 501],
  ["lower-case http", `GET / http/1.1\r\n${H}\r\n`, 400],
  ["another protocol", `GET / ICAP/1.0\r\n${H}\r\n`, 400],
  ["HTTP/1.2", `GET / HTTP/1.2\r\n${H}\r\n`, 505],
  ["HTTP/3.0", `GET / HTTP/3.0\r\n${H}\r\n`, 505],
  ["HTTP/11", `GET / HTTP/11\r\n${H}\r\n`, 400],
  ["HTTP/1.10", `GET / HTTP/1.10\r\n${H}\r\n`, 400],
  ["no Host", `GET / HTTP/1.1\r\n\r\n`, 400],
  ["two Hosts", `GET / HTTP/1.1\r\n${H}${H}\r\n`, 400],
  ["two Hosts in HTTP/1.0", `GET / HTTP/1.0\r\n${H}${H}\r\n`, 400],
  ["an empty Host", `GET / HTTP/1.1\r\nHost: \r\n\r\n`, 400],
  ["a Host with a path", `GET / HTTP/1.1\r\nHost: a/b\r\n\r\n`, 400],
  ["a Host with user information", `GET / HTTP/1.1\r\nHost: u@a\r\n\r\n`, 400],
  ["a Host of two", `GET / HTTP/1.1\r\nHost: a, b\r\n\r\n`, 400],
  ["a Host with a bad port", `GET / HTTP/1.1\r\nHost: a:x\r\n\r\n`, 400],
  ["a Host with open bracket", `GET / HTTP/1.1\r\nHost: [::1\r\n\r\n`, 400],
  [
    "Content-Length and Transfer-Encoding",
    `POST / HTTP/1.1\r\n${H}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    "Transfer-Encoding and Content-Length",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    "two Content-Lengths that agree",
    `POST / HTTP/1.1\r\n${H}Content-Length: 1\r\nContent-Length: 1\r\n\r\na`,
    400,
  ],
  [
    "two Content-Lengths that differ",
    `POST / HTTP/1.1\r\n${H}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    400,
  ],
  ["a list of Content-Lengths", `POST / HTTP/1.1\r\n${H}Content-Length: 1, 1\r\n\r\na`, 400],
  ["a signed Content-Length", `POST / HTTP/1.1\r\n${H}Content-Length: +1\r\n\r\na`, 400],
  ["a negative Content-Length", `POST / HTTP/1.1\r\n${H}Content-Length: -1\r\n\r\n`, 400],
  ["a hexadecimal Content-Length", `POST / HTTP/1.1\r\n${H}Content-Length: 0x1\r\n\r\na`, 400],
  ["an empty Content-Length", `POST / HTTP/1.1\r\n${H}Content-Length:\r\n\r\n`, 400],
  [
    "a Content-Length beyond all numbers",
    `POST / HTTP/1.1\r\n${H}Content-Length: ${"9".repeat(400)}\r\n\r\n`,
    413,
  ],
  [
    "a Content-Length of 2^64 + 1",
    `POST / HTTP/1.1\r\n${H}Content-Length: 18446744073709551617\r\n\r\n`,
    413,
  ],
  ["an unknown coding", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: gzip\r\n\r\n`, 400],
  ["gzip and chunked", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: gzip, chunked\r\n\r\n`, 501],
  ["chunked twice", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked, chunked\r\n\r\n`, 400],
  [
    "chunked in two fields",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
    400,
  ],
  ["chunked and identity", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked, identity\r\n\r\n`, 400],
  ["xchunked", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: xchunked\r\n\r\n`, 400],
  ["chunked after a vertical tab", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: \x0bchunked\r\n\r\n`, 400],
  ["an empty Transfer-Encoding", `POST / HTTP/1.1\r\n${H}Transfer-Encoding:\r\n\r\n`, 400],
  ["chunked with a parameter", `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked;a=b\r\n\r\n`, 400],
  [
    "Transfer-Encoding in HTTP/1.0",
    `POST / HTTP/1.0\r\n${H}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  ["another expectation", `POST / HTTP/1.1\r\n${H}Expect: 200-ok\r\nContent-Length: 1\r\n\r\na`, 417],
  ["five empty lines", `${"\r\n".repeat(5)}GET / HTTP/1.1\r\n${H}\r\n`, 400],
  ["LF before the request", `\nGET / HTTP/1.1\r\n${H}\r\n`, 400],
  ["TLS to a plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400],
];

/** Content that breaks the chunked coding: the handler's read fails with 400 and the connection closes. */
const brokenChunks: readonly [name: string, content: string][] = [
  ["no size", "\r\nabc\r\n0\r\n\r\n"],
  ["a size that is no number", "x\r\nabc\r\n0\r\n\r\n"],
  ["a size with 0x", "0x3\r\nabc\r\n0\r\n\r\n"],
  ["a signed size", "+3\r\nabc\r\n0\r\n\r\n"],
  ["a negative size", "-3\r\nabc\r\n0\r\n\r\n"],
  ["a space before the size", " 3\r\nabc\r\n0\r\n\r\n"],
  ["a space after the size", "3 \r\nabc\r\n0\r\n\r\n"],
  ["a size with an underscore", "1_0\r\nabc\r\n0\r\n\r\n"],
  ["a size of 17 digits", `${"0".repeat(16)}3\r\nabc\r\n0\r\n\r\n`],
  ["bare LF after the size", "3\nabc\r\n0\r\n\r\n"],
  ["bare CR after the size", "3\rabc\r\n0\r\n\r\n"],
  ["bare LF after the data", "3\r\nabc\n0\r\n\r\n"],
  ["two LF after the data", "3\r\nabc\n\n0\r\n\r\n"],
  ["data longer than its size", "3\r\nabcd\r\n0\r\n\r\n"],
  ["data shorter than its size", "3\r\nab\r\n0\r\n\r\n"],
  ["NUL in an extension", "3;a\0\r\nabc\r\n0\r\n\r\n"],
  ["bare LF in an extension", "3;a\nabc\r\n0\r\n\r\n"],
  ["an extension without name", "3;\r\nabc\r\n0\r\n\r\n"],
  ["an extension of blanks", "3; \r\nabc\r\n0\r\n\r\n"],
  ["two semicolons", "3;;a\r\nabc\r\n0\r\n\r\n"],
  ["a semicolon at the end", "3;a;\r\nabc\r\n0\r\n\r\n"],
  ["an extension's name that is no token", "3;[a]\r\nabc\r\n0\r\n\r\n"],
  ["an extension of two names", "3;a b\r\nabc\r\n0\r\n\r\n"],
  ["an extension without value", "3;a=\r\nabc\r\n0\r\n\r\n"],
  ["an extension's value without name", "3;=b\r\nabc\r\n0\r\n\r\n"],
  ["an extension of two values", "3;a=b=c\r\nabc\r\n0\r\n\r\n"],
  ["an extension's value that is no token", "3;a=(b)\r\nabc\r\n0\r\n\r\n"],
  ["a blank at the end of an extension", "3;a \r\nabc\r\n0\r\n\r\n"],
  ["a blank at the end of an extension's value", '3;a="b"\t\r\nabc\r\n0\r\n\r\n'],
  ["quotes that do not end", '3;a="b\r\nabc\r\n0\r\n\r\n'],
  ["quotes whose end is escaped", '3;a="b\\"\r\nabc\r\n0\r\n\r\n'],
  ["an escaped line end in quotes", '3;a="b\\\r\nabc\r\n0\r\n\r\n'],
  ["a token after quotes", '3;a="b"c\r\nabc\r\n0\r\n\r\n'],
  ["DEL in quotes", '3;a="\x7f"\r\nabc\r\n0\r\n\r\n'],
  ["an extension of the last chunk that is none", "3\r\nabc\r\n0;=\r\n\r\n"],
  ["a folded trailer", "0\r\nX: a\r\n b\r\n\r\n"],
  ["a trailer without colon", "0\r\nX\r\n\r\n"],
  ["a trailer without name", "0\r\n: a\r\n\r\n"],
  ["a space before a trailer's colon", "0\r\nX : a\r\n\r\n"],
  ["bare LF after a trailer", "0\r\nX: a\n\r\n"],
  ["bare LF at the end", "0\r\n\n"],
];

/** Requests that look odd and are good: what the handler makes of them. */
const accepted: readonly [name: string, request: string, answer: string][] = [
  ["empty lines before the request", `\r\n\r\n\r\n\r\nGET / HTTP/1.1\r\n${H}\r\n`, "GET / null "],
  ["names in any case", `GET / HTTP/1.1\r\nhOsT: a\r\n\r\n`, "GET / null "],
  ["no white space after the colon", `GET / HTTP/1.1\r\nHost:a\r\n\r\n`, "GET / null "],
  ["white space around a value", `GET / HTTP/1.1\r\nHost: \t a \t\r\n\r\n`, "GET / null "],
  ["values beyond ASCII", `GET / HTTP/1.1\r\n${H}X: \xe9\r\n\r\n`, "GET / null "],
  ["an empty value", `GET / HTTP/1.1\r\n${H}X:\r\nY: \r\n\r\n`, "GET / null "],
  ["an unknown method", `BREW /pot HTTP/1.1\r\n${H}\r\n`, "BREW /pot null "],
  ["a method in lower case", `get / HTTP/1.1\r\n${H}\r\n`, "get / null "],
  ["a query", `GET /a?b=c?d HTTP/1.1\r\n${H}\r\n`, "GET /a b=c?d "],
  ["an empty query", `GET /a? HTTP/1.1\r\n${H}\r\n`, "GET /a  "],
  ["percent-encoding left alone", `GET /%2F%00 HTTP/1.1\r\n${H}\r\n`, "GET /%2F%00 null "],
  ["two slashes", `GET //a HTTP/1.1\r\n${H}\r\n`, "GET //a null "],
  ["OPTIONS *", `OPTIONS * HTTP/1.1\r\n${H}\r\n`, "OPTIONS * null "],
  ["an absolute target", `GET http://a/b?c HTTP/1.1\r\n${H}\r\n`, "GET /b c "],
  ["an absolute target in capitals", `GET HTTP://A/b HTTP/1.1\r\n${H}\r\n`, "GET /b null "],
  ["an absolute target without path", `GET http://a HTTP/1.1\r\n${H}\r\n`, "GET / null "],
  ["an absolute target with a query alone", `GET http://a?b HTTP/1.1\r\n${H}\r\n`, "GET / b "],
  ["an absolute target for OPTIONS", `OPTIONS http://a HTTP/1.1\r\n${H}\r\n`, "OPTIONS * null "],
  ["a Host with port", `GET / HTTP/1.1\r\nHost: a.example:8080\r\n\r\n`, "GET / null "],
  ["a Host that is an IPv6 address", `GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n`, "GET / null "],
  [
    "a length with zeros before it",
    `POST / HTTP/1.1\r\n${H}Content-Length: 0003\r\n\r\nabc`,
    "POST / null abc",
  ],
  ["a GET with content", `GET / HTTP/1.1\r\n${H}Content-Length: 3\r\n\r\nabc`, "GET / null abc"],
  [
    "chunked in capitals",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: CHUNKED\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    "POST / null abc",
  ],
  [
    "capital sizes with zeros",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n00A\r\n0123456789\r\n000\r\n\r\n`,
    "POST / null 0123456789",
  ],
  [
    "blanks and quotes in extensions",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n3; a\t= b ;c = "\\"\t;\\\xe9" ; d\r\nabc\r\n0;e=""\r\n\r\n`,
    "POST / null abc",
  ],
  [
    "extensions and trailers",
    `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n3;a="b";c\r\nabc\r\n0;d\r\nX: y\r\nContent-Length: 9\r\n\r\n`,
    "POST / null abc",
  ],
  ["HTTP/1.0 without Host", `GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`, "GET / null "],
  [
    "Upgrade is not taken up",
    `GET / HTTP/1.1\r\n${H}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    "GET / null ",
  ],
];

/** Sends in one piece, or byte by byte. */
function send(peer: Peer, request: string, whole: boolean): void {
  if (whole) peer.send(request);
  else for (const byte of request) peer.send(byte);
}

for (const whole of [true, false]) {
  const how = whole ? "in one piece" : "byte by byte";

  test(`refuses what is malformed, ${how}`, async (t) => {
    const { port } = await serve(t, echo);
    await Promise.all(
      refused.map(async ([name, request, status]) => {
        const peer = new Peer(port);
        send(peer, request, whole);
        const [answer, ...more] = parseAnswers(await peer.closes());
        assert.equal(answer?.status, status, `${name}: ${peer.text}`);
        assert.match(answer?.head ?? "", /connection: close\r\n/, name);
        assert.deepEqual(more, [], name);
        assert.equal(peer.failed, false, `${name}: closed by RST`);
      }),
    );
  });

  test(`refuses broken chunks, ${how}`, async (t) => {
    const { port } = await serve(t, echo);
    await Promise.all(
      brokenChunks.map(async ([name, content]) => {
        const peer = new Peer(port);
        send(peer, `POST / HTTP/1.1\r\n${H}Transfer-Encoding: chunked\r\n\r\n${content}`, whole);
        const [answer] = parseAnswers(await peer.closes());
        assert.equal(answer?.status, 400, `${name}: ${peer.text}`);
        assert.match(answer?.head ?? "", /connection: close\r\n/, name);
      }),
    );
  });

  test(`accepts what is odd but right, ${how}`, async (t) => {
    const { port } = await serve(t, echo);
    await Promise.all(
      accepted.map(async ([name, request, expected]) => {
        const peer = new Peer(port);
        send(peer, request, whole);
        const [first] = await peer.answersUpTo(1);
        assert.equal(first?.body, expected, name);
        // The connection has kept its place: another request on it is understood.
        peer.send(`GET /next HTTP/1.1\r\n${H}Connection: close\r\n\r\n`);
        const [, second] = parseAnswers(await peer.closes());
        assert.equal(second?.body, "GET /next null ", name);
      }),
    );
  });
}
