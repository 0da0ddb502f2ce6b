import assert from "node:assert/strict";
import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from "node:http2";
import { type TestContext, test } from "node:test";
import {
  acceptWebSocket,
  type Exchange,
  type ExchangeHandler,
  HeadBlock,
  type Listener,
  type ListenOptions,
  Trailers,
} from "../../src/net/index.ts";
import { ok, pause, quick, serve } from "./peer.ts";
import { CLOSE, frame as clientFrame, readFrame, TEXT } from "./websocket/frames.ts";

// Exchanges over HTTP/2, with Node's own client.

async function session(
  test: TestContext,
  handler: ExchangeHandler,
  options: Partial<ListenOptions> = {},
): Promise<{ client: ClientHttp2Session; listener: Listener }> {
  const { port, listener } = await serve(test, handler, options);
  const client = connect(`http://127.0.0.1:${port}`);
  client.on("error", () => {});
  test.after(() => client.destroy());
  await once(client, "remoteSettings");
  return { client, listener };
}

interface Answer {
  readonly status: number;
  readonly fields: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders | null;
  readonly content: Buffer;
}

/** Sends a request with its content, and reads the answer to its end. */
async function ask(
  client: ClientHttp2Session,
  fields: Readonly<Record<string, string>>,
  content: Uint8Array | null = null,
): Promise<Answer> {
  const stream = client.request({ ":path": "/", ...fields }, { endStream: content === null });
  if (content !== null) stream.end(content);
  return await answerOf(stream);
}

async function answerOf(stream: ClientHttp2Stream): Promise<Answer> {
  const parts: Buffer[] = [];
  let trailers: IncomingHttpHeaders | null = null;
  stream.on("data", (part: Buffer) => parts.push(part));
  stream.on("trailers", (found: IncomingHttpHeaders) => {
    trailers = found;
  });
  const [fields] = await once(stream, "response");
  if (!stream.closed) await once(stream, "close");
  return { status: fields[":status"], fields, trailers, content: Buffer.concat(parts) };
}

const echo: ExchangeHandler = (exchange) => {
  void Promise.resolve(exchange.body.bytes()).then((content) => exchange.respond(ok, null, content));
};

test("content of all sizes goes both ways", async (t) => {
  const { client } = await session(t, echo);
  for (const size of [0, 1, 16_383, 16_384, 16_385, 65_535, 65_536, 1_000_000]) {
    const content = Buffer.alloc(size, "abc");
    const answer = await ask(client, { ":method": "POST" }, content);
    assert.equal(answer.status, 200);
    assert.equal(answer.fields["content-length"], String(size));
    assert.ok(answer.content.equals(content), `${size} bytes`);
  }
});

test("content is read in parts as it comes, and the peer is held back by who does not read it", async (t) => {
  const exchanges: Exchange[] = [];
  const { client } = await session(t, (exchange) => void exchanges.push(exchange), {
    limits: { ...quick, bodyBytes: 2 ** 24, streamWindowBytes: 100_000 },
  });
  const stream = client.request({ ":method": "POST", ":path": "/" });
  const content = Buffer.alloc(1_000_000, "abcdefg");
  stream.end(content);
  await pause(100);
  assert.ok(stream.writableLength > 0, "not all of it was taken");
  const [exchange] = exchanges;
  assert.ok(exchange !== undefined);
  const parts: Uint8Array[] = [];
  for await (const part of exchange.body.stream()) parts.push(part);
  assert.ok(Buffer.concat(parts).equals(content));
  exchange.respond(ok, null, null);
  assert.equal((await answerOf(stream)).status, 200);
});

test("answers in parts wait for the peer", async (t) => {
  let written = 0;
  const { client } = await session(t, async (exchange) => {
    const stream = exchange.stream(ok, null);
    for (; written < 200; written += 1) await stream.write(Buffer.alloc(10_000, "p"));
    stream.end();
  });
  const stream = client.request({ ":path": "/" });
  await once(stream, "response");
  stream.pause();
  await pause(150);
  assert.ok(written < 100, `${written} parts were taken by a peer that does not read`);
  let length = 0;
  stream.on("data", (part: Buffer) => {
    length += part.length;
  });
  stream.resume();
  await once(stream, "close");
  assert.equal(length, 2_000_000);
});

test("trailers, both ways, after whole answers and after parts", async (t) => {
  const trailers = new Trailers(["x-sum", "42", "x-done", "yes"]);
  const { client } = await session(t, async (exchange) => {
    const content = await exchange.body.bytes();
    const sent = new HeadBlock(200, ["x-got", exchange.body.trailers?.join(" ") ?? "none"]);
    if (exchange.request.path === "/parts") {
      const stream = exchange.stream(sent, null);
      void stream.write(content);
      stream.end(trailers);
    } else exchange.respond(sent, null, content, trailers);
  });
  for (const path of ["/parts", "/whole"])
    for (const content of ["", "content"]) {
      const stream = client.request(
        { ":method": "POST", ":path": path, te: "trailers" },
        { waitForTrailers: true },
      );
      stream.on("wantTrailers", () => stream.sendTrailers({ "x-mine": "1" }));
      stream.end(content);
      const answer = await answerOf(stream);
      assert.equal(answer.fields["x-got"], "x-mine 1", path);
      assert.equal(answer.fields["content-length"], undefined);
      assert.equal(answer.content.toString(), content);
      assert.deepEqual([answer.trailers?.["x-sum"], answer.trailers?.["x-done"]], ["42", "yes"]);
    }
});

test("interim answers, and a 100 only for who reads the content", async (t) => {
  const hints = new HeadBlock(103, ["link", "</a.css>; rel=preload"]);
  const { client } = await session(t, (exchange) => {
    if (exchange.request.path === "/refuse") exchange.respond(new HeadBlock(403), null, null);
    else {
      exchange.inform(hints, ["x-a", "b"]);
      echo(exchange);
    }
  });
  const informed = client.request({ ":method": "POST", ":path": "/", expect: "100-continue" });
  const seen: unknown[] = [];
  informed.on("headers", (fields) => seen.push(fields[":status"]));
  informed.on("continue", () => informed.end("content"));
  assert.equal((await answerOf(informed)).content.toString(), "content");
  assert.deepEqual(seen, [103, 100]);
  const refused = client.request({ ":method": "POST", ":path": "/refuse", expect: "100-continue" });
  refused.on("continue", () => assert.fail("nobody wants the content"));
  refused.on("error", () => {});
  const [fields] = await once(refused, "response");
  assert.equal(fields[":status"], 403);
});

test("HEAD, 204 and 304 have no content", async (t) => {
  const { client } = await session(t, (exchange) => {
    const status = Number(exchange.request.path.slice(1));
    exchange.respond(new HeadBlock(status), null, "content");
  });
  for (const [method, status, length] of [
    ["HEAD", 200, "7"],
    ["GET", 204, undefined],
    ["GET", 304, undefined],
    ["GET", 200, "7"],
  ] as const) {
    const answer = await ask(client, { ":method": method, ":path": `/${status}` });
    assert.equal(answer.status, status);
    assert.equal(answer.fields["content-length"], length, `${method} ${status}`);
    assert.equal(answer.content.toString(), method === "GET" && status === 200 ? "content" : "");
  }
});

test("what is over a limit is answered, and the connection goes on", async (t) => {
  const { client, listener } = await session(t, echo, {
    limits: { ...quick, bodyBytes: 1000, targetBytes: 100, headerBytes: 1000 },
  });
  const large = "x".repeat(900);
  const statuses = [
    await ask(client, { ":path": `/${"p".repeat(100)}` }),
    await ask(client, { "x-a": large, "x-b": large }),
    await ask(client, { ":method": "POST", "content-length": "2000" }, Buffer.alloc(2000)).catch(() => ({
      status: 413,
    })),
    await ask(client, { ":method": "GET", expect: "miracles" }),
    await ask(client, {}),
  ].map(({ status }) => status);
  assert.deepEqual(statuses, [414, 431, 413, 417, 200]);
  assert.deepEqual(listener.stats().rejectedByCode, {
    URI_TOO_LONG: 1,
    HEADERS_TOO_LARGE: 1,
    CONTENT_TOO_LARGE: 1,
    EXPECTATION_FAILED: 1,
  });
});

test("a head that is larger than a frame", async (t) => {
  const fields = Array.from({ length: 30 }, (_, index) => [`x-large-${index}`, "v".repeat(1000)]).flat();
  const { client } = await session(t, (exchange) => exchange.respond(ok, fields, "content"));
  const answer = await ask(client, {});
  assert.equal(answer.fields["x-large-29"], "v".repeat(1000));
  assert.equal(answer.content.toString(), "content");
});

test("fields that cannot be sent are the handler's mistake, which it can still answer", async (t) => {
  const { client } = await session(t, (exchange) => {
    for (const [name, value] of [
      ["x-a", "a\r\nb: c"],
      ["x a", "b"],
      ["connection", "close"],
      ["x-a", "\u{1f600}"],
    ] as const)
      assert.throws(() => exchange.respond(ok, [name, value], null), TypeError);
    exchange.respond(ok, ["X-Fine", " yes "], null);
  });
  assert.equal((await ask(client, {})).fields["x-fine"], "yes");
});

test("a handler that throws: 500 before the answer, a reset within it", async (t) => {
  const { client } = await session(t, (exchange) => {
    if (exchange.request.path === "/within") void exchange.stream(ok, null).write("a part");
    throw new Error("secret");
  });
  const answer = await ask(client, { ":path": "/" });
  assert.equal(answer.status, 500);
  assert.doesNotMatch(answer.content.toString(), /secret/);
  const within = client.request({ ":path": "/within" });
  within.on("error", () => {});
  within.resume();
  await new Promise((resolve) => within.on("close", resolve));
  assert.equal(within.rstCode, constants.NGHTTP2_INTERNAL_ERROR);
});

test("a stream that the peer resets aborts the signal; an answer that has left does not", async (t) => {
  const exchanges: Exchange[] = [];
  const { client } = await session(t, (exchange) => {
    exchanges.push(exchange);
    if (exchange.request.path === "/now") {
      void exchange.signal;
      exchange.respond(ok, null, "x");
    }
  });
  await ask(client, { ":path": "/now" });
  const stream = client.request({ ":path": "/later" });
  stream.on("error", () => {});
  while (exchanges.length < 2) await pause(5);
  const signal = exchanges[1]?.signal;
  stream.close(constants.NGHTTP2_CANCEL);
  while (signal?.aborted !== true) await pause(5);
  exchanges[1]?.respond(ok, null, "to nobody");
  assert.equal(exchanges[0]?.signal.aborted, false);
});

test("drain: what was begun is answered, what comes in between too, and then the peer is let go", async (t) => {
  const exchanges: Exchange[] = [];
  const { client, listener } = await session(t, (exchange) => void exchanges.push(exchange));
  const goAways: [number, number][] = [];
  client.on("goaway", (code, last) => goAways.push([code, last]));
  const first = client.request({ ":path": "/first" });
  while (exchanges.length < 1) await pause(5);
  const drained = listener.drain(3000);
  while (goAways.length < 2) await pause(5);
  assert.deepEqual(goAways, [
    [0, 2 ** 31 - 1],
    [0, 1],
  ]);
  exchanges[0]?.respond(ok, null, "first");
  assert.equal((await answerOf(first)).content.toString(), "first");
  await drained;
  await pause(20);
  assert.equal(client.closed || client.destroyed, true);
});

test("a WebSocket over a stream (RFC 8441)", async (t) => {
  const closings: string[] = [];
  const { client, listener } = await session(t, (exchange) => {
    acceptWebSocket(
      exchange,
      {
        message: (socket, data) => socket.send(`${exchange.request.connection.httpVersion}: ${String(data)}`),
        closed: (_socket, code) => void closings.push(String(code)),
      },
      { subprotocols: ["chat"] },
    );
  });
  const open = (): ClientHttp2Stream =>
    client.request({
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":path": "/ws",
      "sec-websocket-version": "13",
      "sec-websocket-protocol": "chat",
    });
  const stream = open();
  const [fields] = await once(stream, "response");
  assert.equal(fields[":status"], 200);
  assert.equal(fields["sec-websocket-protocol"], "chat");
  assert.equal(fields["sec-websocket-accept"], undefined);
  const long = "é".repeat(60_000);
  for (const sent of ["hello", "", long]) {
    stream.write(clientFrame(TEXT, Buffer.from(sent)));
    assert.equal((await frameOf(stream)).payload.toString(), `2: ${sent}`);
  }
  stream.write(clientFrame(CLOSE, Buffer.from([0x03, 0xe8])));
  assert.equal((await frameOf(stream)).opcode, CLOSE);
  stream.end();
  await once(stream, "close");
  assert.deepEqual(closings, ["1000"]);
  const other = open();
  await once(other, "response");
  const drained = listener.drain(2000);
  const goodbye = await frameOf(other);
  assert.equal(goodbye.payload.readUInt16BE(0), 1001);
  other.write(clientFrame(CLOSE, goodbye.payload));
  other.end();
  await drained;
});

/** The next frame of the server, which nothing follows yet. */
async function frameOf(stream: ClientHttp2Stream): Promise<{ opcode: number; payload: Buffer }> {
  let bytes = Buffer.alloc(0);
  for (;;) {
    const part: Buffer | null = stream.read();
    if (part === null) await once(stream, "readable");
    else bytes = Buffer.concat([bytes, part]);
    const read = bytes.length === 0 ? null : readFrame(bytes);
    if (read !== null) return read.frame;
  }
}
