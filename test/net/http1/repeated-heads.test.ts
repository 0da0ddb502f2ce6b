import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { ApiError } from "../../../src/errors/api-error.ts";
import { ConnectionPool } from "../../../src/net/connection-pool.ts";
import { RequestReader } from "../../../src/net/http1/request-reader.ts";
import { echo, Peer, serve } from "../peer.ts";

const lines = [
  "GET /a HTTP/1.1",
  "GET /b?x=1&y HTTP/1.1",
  "GET /b?x=1&z HTTP/1.1",
  "POST /graphql HTTP/1.1",
  "\r\nPOST /graphql HTTP/1.1",
  "BREW /pot HTTP/1.1",
  "GET /a HTTP/1.0",
  "GET http://a/whole HTTP/1.1",
  "GET http://c/whole HTTP/1.1",
  "OPTIONS * HTTP/1.1",
  "CONNECT /a HTTP/1.1",
];

/** Fields that say where a request ends or what becomes of the connection, and such as do not. */
const fields = [
  "Host: b",
  "Host: a/b",
  "Content-Length: 0",
  "Content-Length: 5",
  "content-length: 42",
  "Content-Length: 05",
  "Content-Length: 4x",
  "Content-Length: 999999999999999999",
  "Transfer-Encoding: chunked",
  "Expect: 100-continue",
  "Expect: nothing",
  "Connection: close",
  "Connection: keep-alive",
  "Connection: upgrade",
  "Upgrade: WebSocket",
  "Accept: application/json",
  "Accept:\t text/html \t",
  "Cookie: a=1",
  "cookie: b=2",
  "X-Of: content-length",
  "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  `X-Long: ${"x".repeat(1_200)}`,
  "No Token: 1",
];

const section = fc
  .array(fc.constantFrom(...fields), { maxLength: 5 })
  .map((chosen) => `\r\nHost: a${["", ...chosen].join("\r\n")}\r\n\r\n`);

/** Heads of few lines and few sections, so that most come again, whole or in part, and with other digits. */
const heads = fc
  .tuple(
    fc.array(fc.constantFrom(...lines), { minLength: 1, maxLength: 2 }),
    fc.array(section, { minLength: 1, maxLength: 2 }),
  )
  .chain(([some, sections]) =>
    fc.array(
      fc.record({
        line: fc.constantFrom(...some),
        section: fc.constantFrom(...sections),
        digits: fc.option(fc.stringMatching(/^[0-9]{1,3}$/), { freq: 2 }),
        /** What was read before it within the same bytes. */
        before: fc.nat(9),
        /** Where it is cut in two on its way; beyond its end it is not. */
        cut: fc.nat(400),
      }),
      { minLength: 2, maxLength: 12 },
    ),
  );

interface StatedHead {
  readonly line: string;
  readonly section: string;
  readonly digits: string | null;
  readonly before: number;
  readonly cut: number;
}

function textOf({ line, section, digits }: StatedHead): string {
  return line + (digits === null ? section : section.replace(/(content-length: )\d+/i, `$1${digits}`));
}

/** All that a connection learns of a head. */
function outcomeOf(reader: RequestReader, { before, cut, ...head }: StatedHead): unknown {
  const text = textOf({ before, cut, ...head });
  const bytes = Buffer.from(`${"x".repeat(before)}${text}rest`, "latin1");
  try {
    const first = cut < text.length ? reader.read(bytes.subarray(0, before + cut), before) : null;
    assert.equal(first, null);
    const read = reader.read(bytes, before);
    assert.ok(read !== null);
    reader.reset();
    const { method, path, query, upgrade, connection } = read;
    const { contentLength, expectsContinue, isPersistent, end } = reader;
    const asked = ["host", "accept", "cookie", "content-length", "x-of", "upgrade", "x-absent", "expect"];
    return {
      ...{ method, path, query, upgrade, version: connection.httpVersion, all: read.fields() },
      ...{ contentLength, expectsContinue, isPersistent, length: end - before },
      // Asked for twice: what is kept must be what was found.
      values: [...asked, ...asked].map((name) => read.header(name)),
    };
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    return `${thrown.code}: ${thrown.message}`;
  }
}

function contextOf(test: TestContext): ConnectionPool {
  const context = new ConnectionPool({ handler: () => {}, limits: { bodyBytes: 500 } });
  test.after(() => context.close());
  return context;
}

const peer = { remoteAddress: "192.0.2.1", remotePort: 1, secure: false, tls: null };

test("a head means the same after any others on its connection as on one of its own", (t) => {
  const context = contextOf(t);
  fc.assert(
    fc.property(heads, (sequence) => {
      const reader = new RequestReader(context, peer);
      for (const head of sequence) {
        const expected = outcomeOf(new RequestReader(context, peer), head);
        assert.deepEqual(outcomeOf(reader, head), expected, JSON.stringify(textOf(head)));
        // The connection ends with what is refused.
        if (typeof expected === "string") return;
      }
    }),
    { numRuns: 500 },
  );
});

test("a byte that is other than before is seen, wherever it stands", (t) => {
  const context = contextOf(t);
  const text = "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\nAccept: a/b\r\n\r\n";
  const stated = { digits: null, before: 0, cut: 400 };
  for (let at = 0; at < text.length; at++)
    for (const byte of ["0", "x", "\r", "\n", ":", " "]) {
      const changed = text.slice(0, at) + byte + text.slice(at + 1);
      const reader = new RequestReader(context, peer);
      for (let times = 0; times < 3; times++) outcomeOf(reader, { line: text, section: "", ...stated });
      const head = { line: changed, section: "", ...stated };
      // Bytes may be missing then.
      if (isWhole(context, changed))
        assert.deepEqual(
          outcomeOf(reader, head),
          outcomeOf(new RequestReader(context, peer), head),
          JSON.stringify(changed),
        );
    }
});

function isWhole(context: ConnectionPool, text: string): boolean {
  try {
    return new RequestReader(context, peer).read(Buffer.from(`${text}rest`, "latin1"), 0) !== null;
  } catch {
    return true;
  }
}

test("the same head is known again, and what differs by the digits of Content-Length alone", (t) => {
  const reader = new RequestReader(contextOf(t), peer);
  const read = (length: number) => {
    const head = reader.read(
      Buffer.from(`POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\nAccept: b\r\n\r\n`),
      0,
    );
    reader.reset();
    return head;
  };
  const [, , third, fourth, fifth] = [10, 10, 10, 99, 100].map(read);

  assert.equal(third?.path, "/a");
  assert.equal(fourth?.header("content-length"), "99");
  assert.deepEqual(fourth?.fields(), ["host", "a", "content-length", "99", "accept", "b"]);
  assert.equal(third?.header("content-length"), "10");
  assert.equal(fifth?.header("content-length"), "100");
  assert.equal(reader.contentLength, 100);
});

test("contents of many lengths on one connection, pipelined and cut anywhere, are each their own", async (t) => {
  const { port } = await serve(t, echo);
  const contents = Array.from({ length: 60 }, (_, index) => "c".repeat((index * 7) % 30) + index);
  const requests = contents.map(
    (content, index) =>
      `POST /p${index % 3} HTTP/1.1\r\nHost: a\r\nContent-Length: ${content.length}\r\nAccept: */*\r\n\r\n${content}`,
  );
  for (const size of [1_000_000, 97, 11]) {
    const client = new Peer(port);
    const text = requests.join("");
    for (let at = 0; at < text.length; at += size) client.socket.write(text.slice(at, at + size));
    const answers = await client.answersUpTo(contents.length);
    const bodies = answers.map(({ body }) => body);
    assert.deepEqual(
      bodies,
      contents.map((content, index) => `POST /p${index % 3} null ${content}`),
    );
    client.socket.destroy();
  }
});
