import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import { connect } from "node:http2";
import { type TestContext, test } from "node:test";
import { type Exchange, type ExchangeHandler, HeadBlock, type PartVisitor } from "../../src/net/index.ts";
import { ok, Peer, pause, quick, serve } from "./peer.ts";

// `body.each`, over both versions of HTTP.

const large = { ...quick, bodyBytes: 2 ** 26 };
const uploaded = randomBytes(8 * 1024 * 1024);

/** Posts a content to the port; returns the text of the answer. */
type Post = (test: TestContext, port: number, content: Uint8Array) => Promise<string>;

const postByHttp1: Post = async (_test, port, content) => {
  const asked: ClientRequest = request({ port, host: "127.0.0.1", method: "POST", agent: false });
  asked.write(content);
  asked.end();
  const [answer] = await once(asked, "response");
  return Buffer.concat(await answer.toArray()).toString();
};

const postByHttp2: Post = async (test, port, content) => {
  const client = connect(`http://127.0.0.1:${port}`);
  client.on("error", () => {});
  test.after(() => client.destroy());
  const stream = client.request({ ":method": "POST", ":path": "/" });
  stream.end(content);
  return Buffer.concat(await stream.toArray()).toString();
};

function visiting(visitorOf: (exchange: Exchange) => PartVisitor, done: () => string): ExchangeHandler {
  return (exchange) => {
    exchange.body.each(visitorOf(exchange)).then(
      () => exchange.respond(ok, null, done()),
      (error: Error) => exchange.respond(ok, null, `failed: ${error.message}`),
    );
  };
}

const hashOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

for (const [version, post] of [
  ["HTTP/1.1", postByHttp1],
  ["HTTP/2", postByHttp2],
] as const) {
  test(`${version}: each part is visited once and in order, however large the content is`, async (t) => {
    let hash = createHash("sha256");
    const handler = visiting(
      () => {
        hash = createHash("sha256");
        return (part) => void hash.update(part);
      },
      () => hash.digest("hex"),
    );
    const { port } = await serve(t, handler, { limits: large });
    for (const size of [0, 1, 16_384, 65_536, 1_000_003, uploaded.length]) {
      const content = uploaded.subarray(0, size);
      assert.equal(await post(t, port, content), hashOf(content), `${size} bytes`);
    }
  });

  test(`${version}: a visitor that is not done holds back the parts after it, and the peer`, async (t) => {
    const hash = createHash("sha256");
    let isBusy = false;
    let received = 0;
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const handler = visiting(
      () => async (part) => {
        assert.equal(isBusy, false, "a part was visited within the visit of another");
        isBusy = true;
        hash.update(part);
        received += part.length;
        await held;
        isBusy = false;
      },
      () => hash.digest("hex"),
    );
    const { port } = await serve(t, handler, { limits: large });
    const answer = post(t, port, uploaded);
    await pause(100);
    assert.ok(received > 0 && received < uploaded.length / 4, `${received} bytes were visited`);
    release();
    assert.equal(await answer, hashOf(uploaded));
  });

  test(`${version}: what a visitor throws, at once or later, is what each rejects with`, async (t) => {
    for (const thrower of [
      () => {
        throw new Error("no more");
      },
      async () => {
        await pause(1);
        throw new Error("no more");
      },
    ]) {
      const { port } = await serve(
        t,
        visiting(
          () => thrower,
          () => "all",
        ),
      );
      assert.equal(await post(t, port, Buffer.alloc(100_000)), "failed: no more");
    }
  });

  test(`${version}: content over the limit breaks off`, async (t) => {
    const codes: string[] = [];
    const { port } = await serve(
      t,
      (exchange) => {
        exchange.body
          .each(() => {})
          .catch((error: { code: string }) => {
            codes.push(error.code);
            exchange.respond(new HeadBlock(413), null, null);
          });
      },
      { limits: { ...quick, bodyBytes: 50_000 } },
    );
    await post(t, port, Buffer.alloc(60_000)).catch(() => {});
    assert.deepEqual(codes, ["CONTENT_TOO_LARGE"]);
  });
}

test("a peer that leaves amid its content rejects, also where nobody looks", async (t) => {
  const ends: string[] = [];
  const { port } = await serve(t, (exchange) => {
    const visits = exchange.body.each(() => {});
    if (exchange.request.path === "/watched")
      visits.catch((error: { code: string }) => ends.push(error.code));
  });
  for (const path of ["/watched", "/unwatched"]) {
    const peer = new Peer(port).send(`POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc`);
    await pause(20);
    peer.socket.destroy();
  }
  await pause(50);
  assert.deepEqual(ends, ["CANCELLED"]);
});

test("content is read once", async (t) => {
  const messages: string[] = [];
  const { port } = await serve(t, (exchange) => {
    void exchange.body.each(() => {}).then(() => exchange.respond(ok, null, null));
    for (const again of [
      () => exchange.body.each(() => {}),
      () => exchange.body.stream(),
      () => exchange.body.bytes(),
    ])
      try {
        void again();
      } catch (error) {
        messages.push((error as Error).message);
      }
  });
  const peer = new Peer(port).send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\na");
  await pause(20);
  peer.send("bc");
  await peer.answersUpTo(1);
  assert.deepEqual(messages, Array(3).fill("The content is read already"));
  peer.socket.destroy();
});
