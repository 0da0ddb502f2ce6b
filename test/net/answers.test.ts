import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiError } from "../../src/errors/api-error.ts";
import { type Exchange, HeadBlock } from "../../src/net/index.ts";
import { echo, get, ok, Peer, serve } from "./peer.ts";

/** Sends one request for which the handler answers by `act`, and returns all that came until the end. */
async function answerTo(
  port: number,
  request = get("/", "Connection: close\r\n"),
): Promise<{ head: string; body: string }> {
  const text = await new Peer(port).send(request).closes();
  const end = text.indexOf("\r\n\r\n");
  return { head: text.slice(0, end + 2), body: text.slice(end + 4) };
}

test("writes head, fields, date and length", async (t) => {
  const { port } = await serve(t, (exchange) => exchange.respond(ok, ["etag", '"1"', "x-y", "é"], "body"));
  const { head, body } = await answerTo(port);
  const lines = head.split("\r\n");
  assert.equal(lines[0], "HTTP/1.1 200 OK");
  assert.ok(lines.includes("content-type: text/plain"));
  assert.ok(lines.includes('etag: "1"'));
  assert.ok(lines.includes("x-y: \xe9"));
  assert.ok(lines.includes("content-length: 4"));
  const date = lines.find((line) => line.startsWith("date: "))?.slice(6) ?? "";
  assert.ok(Math.abs(Date.parse(date) - Date.now()) < 3000, date);
  assert.equal(body, "body");
});

test("sends texts beyond ASCII as UTF-8, and bytes as they are, small and large", async (t) => {
  const large = "0123456789abcdef".repeat(40_000);
  const bodies: Record<string, string | Uint8Array> = {
    "/latin1": "caf\xe9",
    "/wide": "日本 😀",
    "/large": large,
    "/large-wide": `é${large}`,
    "/bytes": new Uint8Array([0, 255, 13, 10]),
    "/large-bytes": Buffer.from(large),
  };
  const { port } = await serve(t, (exchange) =>
    exchange.respond(ok, null, bodies[exchange.request.path] ?? null),
  );
  const peer = new Peer(port).send(
    Object.keys(bodies)
      .map((path) => get(path))
      .join(""),
  );
  const answers = await peer.answersUpTo(6);
  for (const [index, body] of Object.values(bodies).entries())
    assert.equal(answers[index]?.body, Buffer.from(body).toString("latin1"));
  peer.socket.destroy();
});

test("HEAD, 204 and 304 have no content", async (t) => {
  const { port } = await serve(t, (exchange) => {
    const status = Number(exchange.request.path.slice(1));
    exchange.respond(new HeadBlock(status, ["etag", '"1"']), null, "content");
  });
  const head = await answerTo(port, "HEAD /200 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  assert.match(head.head, /content-length: 7\r\n/);
  assert.equal(head.body, "");
  for (const status of [204, 304]) {
    const { head, body } = await answerTo(port, get(`/${status}`, "Connection: close\r\n"));
    assert.match(head, new RegExp(`^HTTP/1.1 ${status} `));
    assert.doesNotMatch(head, /content-length|transfer-encoding/);
    assert.equal(body, "");
  }
});

test("HEAD, 204 and 304 keep the connection in step", async (t) => {
  const { port } = await serve(t, (exchange) => {
    const status = Number(exchange.request.path.slice(1)) || 200;
    exchange.respond(new HeadBlock(status), null, "content");
  });
  const peer = new Peer(port).send(
    `HEAD / HTTP/1.1\r\nHost: a\r\n\r\n${get("/204")}${get("/304")}${get("/200")}`,
  );
  await peer.receives("content");
  assert.deepEqual(
    peer.text.match(/HTTP\/1\.1 \d+/g),
    [200, 204, 304, 200].map((status) => `HTTP/1.1 ${status}`),
  );
  assert.equal(peer.text.match(/\r\n\r\ncontent/g)?.length, 1);
  peer.socket.destroy();
});

test("a field that would split the answer is a 500, not a second answer", async (t) => {
  const bad: readonly (readonly [string, string])[] = [
    ["x", "a\r\nset-cookie: b"],
    ["x", "a\nb"],
    ["x", "a\rb"],
    ["x", "a\0b"],
    ["x", "a\u010ab"],
    ["x", "日"],
    ["x\r\ny", "a"],
    ["x y", "a"],
    ["", "a"],
    ["content-length", "3"],
    ["transfer-encoding", "chunked"],
    ["connection", "close"],
  ];
  const rejected: ApiError[] = [];
  const { port, listener } = await serve(
    t,
    (exchange) => exchange.respond(ok, bad[Number(exchange.request.path.slice(1))] ?? null, "x"),
    { onRejected: (error) => rejected.push(error) },
  );
  for (const index of bad.keys()) {
    const { head, body } = await answerTo(port, get(`/${index}`, "Connection: close\r\n"));
    assert.match(head, /^HTTP\/1\.1 500 Internal Server Error\r\n/, JSON.stringify(bad[index]));
    assert.equal(body, '{"error":{"code":"INTERNAL","message":"Internal error"}}');
    assert.doesNotMatch(head, /cookie/);
  }
  assert.equal(listener.stats().rejectedByCode["INTERNAL"], bad.length);
  assert.ok(rejected.every((error) => error.cause instanceof TypeError));
});

test("a handler that throws is a bare 500 and costs only its own request", async (t) => {
  const { port } = await serve(t, (exchange) => {
    if (exchange.request.path === "/bad") throw new Error("secret");
    exchange.respond(ok, null, "good");
  });
  const peer = new Peer(port).send(get("/bad") + get("/good"));
  const [bad, good] = await peer.answersUpTo(2);
  assert.equal(bad?.status, 500);
  assert.doesNotMatch(bad?.body ?? "", /secret/);
  assert.equal(good?.body, "good");
  peer.socket.destroy();
});

test("a handler that throws amid a stream breaks the connection off", async (t) => {
  const { port } = await serve(t, (exchange) => {
    void exchange.stream(ok, null).write("part");
    throw new Error("amid");
  });
  const peer = new Peer(port).send(get());
  await peer.closes();
  assert.doesNotMatch(peer.text, /\r\n0\r\n\r\n/);
});

test("answering twice is an error of the program", async (t) => {
  const errors: unknown[] = [];
  const trying = (act: () => void): void => {
    try {
      act();
    } catch (error) {
      errors.push(error);
    }
  };
  const { port } = await serve(t, (exchange) => {
    exchange.respond(ok, null, "once");
    trying(() => exchange.respond(ok, null, "twice"));
    trying(() => exchange.stream(ok, null));
  });
  const { body } = await answerTo(port);
  assert.equal(body, "once");
  assert.equal(errors.length, 2);
});

test("renders its own answers as it is told to", async (t) => {
  const { port } = await serve(t, echo, {
    renderError: (error, request) => ({
      fields: ["content-type", "application/problem+json"],
      body: `${error.code} ${error.http} ${request === null} é`,
    }),
  });
  const { head, body } = await answerTo(port, "BAD\r\n\r\n");
  assert.match(head, /^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json\r\n/);
  assert.equal(body, Buffer.from("MALFORMED_REQUEST 400 true é").toString("latin1"));
});

test("neither a renderer's bad fields nor a log that fails bring anything down", async (t) => {
  const { port, listener } = await serve(
    t,
    () => {
      throw new Error("handler");
    },
    {
      renderError: () => ({ fields: ["x", "a\r\nb: c"], body: "plain" }),
      onRejected: () => {
        throw new Error("log");
      },
    },
  );
  assert.match((await answerTo(port, "BAD\r\n\r\n")).head, /^HTTP\/1\.1 400 [^\0]*content-length: 5\r\n/);
  await new Peer(port).send(get()).closes();
  assert.deepEqual(listener.stats().rejectedByCode, { MALFORMED_REQUEST: 1, INTERNAL: 1 });
});

test("a renderer that fails is set aside", async (t) => {
  const { port } = await serve(t, echo, {
    renderError: () => {
      throw new Error("renderer");
    },
  });
  assert.match((await answerTo(port, "BAD\r\n\r\n")).body, /MALFORMED_REQUEST/);
});

test("finds header fields by lower-case name and joins their lines", async (t) => {
  let request: Exchange["request"] | undefined;
  const { port } = await serve(t, (exchange) => {
    request = exchange.request;
    exchange.respond(ok, null, null);
  });
  await answerTo(
    port,
    get(
      "/",
      "X-A: 1\r\nX-Z: z\r\nAccept:  a \r\nx-a: 2\r\nCookie: a=1\r\ncookie: b=2\r\nEmpty:\r\nConnection: close\r\n",
    ),
  );
  assert.equal(request?.header("x-a"), "1, 2");
  assert.equal(request?.header("x-z"), "z");
  assert.equal(request?.header("accept"), "a");
  assert.equal(request?.header("cookie"), "a=1; b=2");
  assert.equal(request?.header("empty"), "");
  assert.equal(request?.header("host"), "a");
  assert.equal(request?.header("absent"), undefined);
  assert.equal(request?.header("x-b"), undefined);
  const { httpVersion, secure, remoteAddress, remotePort, tls } = { ...request?.connection };
  assert.deepEqual(
    { httpVersion, secure, remoteAddress, tls },
    { httpVersion: "1.1", secure: false, remoteAddress: "127.0.0.1", tls: null },
  );
  assert.ok((remotePort ?? 0) > 0);
});
