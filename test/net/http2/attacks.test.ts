import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { ExchangeHandler, Limits, Listener } from "../../../src/net/index.ts";
import {
  END_HEADERS,
  END_STREAM,
  ENHANCE_YOUR_CALM,
  frame,
  integer,
  settings,
  types,
} from "../attacks/frames.ts";
import { ok, pause, serve } from "../peer.ts";
import {
  connectFields,
  data,
  fieldBlock,
  getFields,
  getOf,
  Http2Peer,
  head,
  postFields,
  reset,
  windowUpdate,
} from "./peer.ts";

// What test/net/attacks does not have: the same by other frames, and an honest peer that asks all the while.

const PROTOCOL_ERROR = 1;
const INITIAL_WINDOW_SIZE = 4;

interface Attacked {
  readonly port: number;
  readonly listener: Listener;
  /** Ends the honest peer's requests; rejects unless all of them were answered. */
  readonly wasServing: () => Promise<void>;
}

/** A listener, and an honest peer that asks one request after the other until the attack is over. */
async function attacked(
  t: TestContext,
  handler: ExchangeHandler,
  limits: Partial<Limits> = {},
): Promise<Attacked> {
  const { port, listener } = await serve(
    t,
    (exchange) => {
      if (exchange.request.path === "/honest") exchange.respond(ok, null, "served");
      else handler(exchange);
    },
    { limits },
  );
  const honest = new Http2Peer(port);
  t.after(() => honest.socket.destroy());
  let isOver = false;
  const asking = (async (): Promise<number> => {
    let stream = 1;
    for (; !isOver || stream === 1; stream += 2) {
      const { content } = await honest.get(stream, getOf("/honest"));
      assert.equal(content.toString(), "served");
      await pause(2);
    }
    return stream;
  })();
  asking.catch(() => {});
  const wasServing = async (): Promise<void> => {
    isOver = true;
    await asking;
    const { content } = await honest.get((await asking) + 2, getOf("/honest"));
    assert.equal(content.toString(), "served");
  };
  return { port, listener, wasServing };
}

/** Sends what an attack consists of until the connection ends, or so often. */
async function flood(
  peer: Http2Peer,
  most: number,
  make: (index: number) => readonly Buffer[],
): Promise<void> {
  for (let index = 0; index < most && !peer.ended; index += 1) {
    peer.send(...make(index));
    if (index % 50 === 49) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Ways to make the server reset a stream whose handler is running already (CVE-2025-8671), or about to. */
const madeToReset: Readonly<Record<string, (stream: number) => readonly Buffer[]>> = {
  "a window update of 0": (stream) => [head(stream, getFields, END_STREAM), windowUpdate(stream, 0)],
  "a window over 2^31-1": (stream) => [
    head(stream, getFields, END_STREAM),
    windowUpdate(stream, 2 ** 31 - 1),
  ],
  "DATA after the end": (stream) => [head(stream, getFields, END_STREAM), data(stream, "x")],
  "HEADERS after the end": (stream) => [
    head(stream, getFields, END_STREAM),
    head(stream, ["x-a", "b"], END_STREAM),
  ],
  "more content than declared": (stream) => [
    head(stream, [...postFields, "content-length", "1"]),
    data(stream, "xx"),
  ],
  "less content than declared": (stream) => [
    head(stream, [...postFields, "content-length", "3"]),
    data(stream, "xx", END_STREAM),
  ],
  "trailers that do not end the stream": (stream) => [head(stream, postFields), head(stream, ["x-a", "b"])],
  "malformed trailers": (stream) => [head(stream, postFields), head(stream, ["X-A", "b"], END_STREAM)],
};

for (const [name, make] of Object.entries(madeToReset))
  for (const isApart of [false, true])
    test(`made you reset, by ${name}${isApart ? ", while the handler runs" : ""}`, async (t) => {
      let [calls, running] = [0, 0];
      let most = 0;
      const { port, listener, wasServing } = await attacked(
        t,
        (exchange) => {
          calls += 1;
          running += 1;
          most = Math.max(most, running);
          setTimeout(() => {
            running -= 1;
            exchange.respond(ok, null, "late");
          }, 30);
        },
        { streams: 10 },
      );
      const peer = new Http2Peer(port);
      for (let index = 0; index < 3000 && !peer.ended; index += 1) {
        const [first, second] = make(2 * index + 1);
        peer.send(first ?? Buffer.alloc(0));
        if (isApart && index % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
        peer.send(second ?? Buffer.alloc(0));
      }
      assert.equal(await peer.ends(), ENHANCE_YOUR_CALM);
      assert.ok(most <= 20, `${most} handlers ran at once`);
      assert.ok(calls <= 1100, `${calls} handlers were called`);
      const { rejectedByCode } = listener.stats();
      assert.ok((rejectedByCode["OVERLOADED"] ?? 0) > 0, "it is counted");
      await wasServing();
    });

test("rapid reset (CVE-2023-44487), by a tunnel, an upload and a request in turn", async (t) => {
  let [running, most] = [0, 0];
  const { port, listener, wasServing } = await attacked(
    t,
    (exchange) => {
      running += 1;
      most = Math.max(most, running);
      exchange.signal.addEventListener("abort", () => {
        // It takes its time all the same.
        setTimeout(() => {
          running -= 1;
          exchange.respond(ok, null, null);
        }, 20);
      });
    },
    { streams: 10 },
  );
  const peer = new Http2Peer(port);
  const heads = [connectFields("echo"), postFields, getFields];
  await flood(peer, 5000, (index) => {
    const stream = 2 * index + 1;
    const fields = heads[index % 3] ?? getFields;
    return [head(stream, fields, fields === getFields ? END_STREAM : 0), reset(stream)];
  });
  assert.equal(await peer.ends(), ENHANCE_YOUR_CALM);
  assert.ok(most <= 20, `${most} handlers ran at once`);
  assert.ok((listener.stats().rejectedByCode["OVERLOADED"] ?? 0) > 0);
  await wasServing();
});

/** Field blocks in very many frames (CVE-2024-27316 and its kin). */
const continuations: Readonly<Record<string, (index: number) => readonly Buffer[]>> = {
  "of one byte": (index) =>
    index === 0
      ? [frame(types.headers, END_STREAM, 1, fieldBlock(getFields))]
      : [frame(types.continuation, 0, 1, Buffer.from([0x82]))],
  "with an end, of stream after stream": (index) => {
    const stream = 2 * index + 1;
    return [
      frame(types.headers, END_STREAM, stream, fieldBlock(getFields)),
      ...Array.from({ length: 8 }, () => frame(types.continuation, 0, stream)),
      frame(types.continuation, END_HEADERS, stream),
    ];
  },
  "of trailers": (index) =>
    index === 0
      ? [head(1, postFields), frame(types.headers, END_STREAM, 1)]
      : [frame(types.continuation, 0, 1, fieldBlock(["x-a", "b".repeat(100)]))],
  "after padding only": (index) =>
    index === 0
      ? [frame(types.headers, END_STREAM | 8, 1, Buffer.from([2, 0, 0]))]
      : [frame(types.continuation, 0, 1)],
};

for (const [name, make] of Object.entries(continuations))
  test(`CONTINUATION flood ${name}`, async (t) => {
    let calls = 0;
    const { port, listener, wasServing } = await attacked(t, (exchange) => {
      calls += 1;
      exchange.respond(ok, null, null);
    });
    const peer = new Http2Peer(port);
    await flood(peer, 5000, make);
    assert.equal(await peer.ends(), ENHANCE_YOUR_CALM);
    assert.ok(calls < 1000, `${calls} handlers were called`);
    assert.ok((listener.stats().rejectedByCode["OVERLOADED"] ?? 0) > 0);
    await wasServing();
  });

test("fields of no length (CVE-2019-9516): without a name malformed, without a value counted", async (t) => {
  const { port, wasServing } = await attacked(t, (exchange) => exchange.respond(ok, null, "fine"));
  const peer = new Http2Peer(port);
  const empty = Array.from({ length: 90 }, () => ["", ""]).flat();
  peer.send(head(1, [...getFields, ...empty], END_STREAM));
  assert.equal(await peer.resets(1), PROTOCOL_ERROR);
  const valueless = Array.from({ length: 2000 }, () => ["x", ""]).flat();
  assert.equal((await peer.get(3, [...getFields, ...valueless])).status, "431");
  assert.equal((await peer.get(5)).content.toString(), "fine");
  await wasServing();
  peer.socket.destroy();
});

test("a table that is resized again and again, and entries that push each other out", async (t) => {
  const { port, wasServing } = await attacked(t, (exchange) =>
    exchange.respond(ok, null, exchange.request.header("x-last") ?? ""),
  );
  const peer = new Http2Peer(port);
  const resize = (size: number): Buffer => integer(size, 0x1f, 0x20);
  const kept = fieldBlock(["x-filling", "f".repeat(2000)]);
  kept[0] = 0x40;
  for (let stream = 1; stream < 400; stream += 2) {
    const block = Buffer.concat([
      resize(0),
      resize(stream % 3 === 0 ? 4096 : 3000),
      fieldBlock(getFields),
      kept,
      kept,
      kept,
      fieldBlock(["x-last", String(stream)]),
    ]);
    peer.send(frame(types.headers, END_HEADERS | END_STREAM, stream, block));
    assert.equal((await peer.whole(stream)).content.toString(), String(stream));
  }
  await wasServing();
  peer.socket.destroy();
});

test("a window that is opened byte by byte (CVE-2019-9511) is too much to ask", async (t) => {
  const { port, listener, wasServing } = await attacked(t, (exchange) =>
    exchange.respond(ok, null, Buffer.alloc(1_000_000)),
  );
  const peer = new Http2Peer(port, settings([INITIAL_WINDOW_SIZE, 0])).send(head(1, getFields, END_STREAM));
  await flood(peer, 5000, () => [windowUpdate(1, 1)]);
  assert.equal(await peer.ends(), ENHANCE_YOUR_CALM);
  assert.ok(peer.answer(1).length < 3000, `${peer.answer(1).length} frames of one byte`);
  assert.equal(listener.stats().rejectedByCode["OVERLOADED"], 1);
  await wasServing();
});

test("SETTINGS that open and close the windows of many answers (CVE-2019-9517)", async (t) => {
  const { port, wasServing } = await attacked(t, (exchange) =>
    exchange.respond(ok, null, Buffer.alloc(2000)),
  );
  const peer = new Http2Peer(port, settings([INITIAL_WINDOW_SIZE, 0]));
  for (let stream = 1; stream < 200; stream += 2) peer.send(head(stream, getFields, END_STREAM));
  await flood(peer, 5000, (index) => [settings([INITIAL_WINDOW_SIZE, index % 2])]);
  assert.equal(await peer.ends(), ENHANCE_YOUR_CALM);
  await wasServing();
});

/** What asks for an answer that is never read. */
const unread: Readonly<Record<string, (index: number) => readonly Buffer[]>> = {
  PING: () => [frame(types.ping, 0, 0, Buffer.alloc(8))],
  SETTINGS: () => [settings()],
  "requests that are answered": (index) => [head(2 * index + 1, getFields, END_STREAM)],
  "requests that are refused": (index) => [head(2 * index + 1, [...getFields, "X", "y"], END_STREAM)],
  "requests that are too large": (index) => [head(2 * index + 1, getOf(`/${"p".repeat(8200)}`), END_STREAM)],
};

for (const [name, make] of Object.entries(unread))
  test(`a peer that reads nothing is cut off, and has made nothing pile up: ${name}`, async (t) => {
    let calls = 0;
    const { port, listener, wasServing } = await attacked(
      t,
      (exchange) => {
        calls += 1;
        exchange.respond(ok, ["x-long", "l".repeat(3000)], "content");
      },
      { writeStallMs: 100, outputBytes: 64 * 1024 },
    );
    const peer = new Http2Peer(port);
    peer.socket.pause();
    await peer.until(() => listener.stats().connections === 2, "the connection");
    for (let index = 0; !peer.ended && index < 40_000; index += 1) {
      peer.send(...make(index));
      if (index % 200 === 0) {
        await new Promise((resolve) => setImmediate(resolve));
        if (listener.stats().connections < 2 || peer.socket.writableLength > 2 ** 20) break;
      }
    }
    await peer.until(() => listener.stats().connections === 1, "the end of the connection");
    assert.ok(calls < 20_000, `${calls} handlers were called`);
    await wasServing();
    peer.socket.destroy();
  });

test("large answers to many streams wait within a bound while the peer takes nothing", async (t) => {
  let calls = 0;
  const { port, listener, wasServing } = await attacked(
    t,
    (exchange) => {
      calls += 1;
      exchange.respond(ok, null, Buffer.alloc(100_000));
    },
    { writeStallMs: 60, outputBytes: 950_000, streams: 50 },
  );
  const peer = new Http2Peer(port, settings([INITIAL_WINDOW_SIZE, 0]));
  for (let stream = 1; stream < 100; stream += 2) peer.send(head(stream, getFields, END_STREAM));
  await peer.until(() => calls > 0);
  await pause(20);
  assert.ok(calls <= 11, `${calls} answers were made for a peer that takes none`);
  await peer.until(() => [...peer.answers.values()].filter(({ code }) => code >= 0).length === 50, "resets");
  assert.equal(listener.stats().rejectedByCode["REQUEST_TIMEOUT"], 50);
  await wasServing();
  peer.socket.destroy();
});

test("a preface, and frames, of which a byte comes now and then", async (t) => {
  const { port, listener, wasServing } = await attacked(t, () => {}, { headerMs: 150, firstByteMs: 150 });
  const slowly: Readonly<Record<string, Buffer>> = {
    "a head": head(1, getFields, END_STREAM),
    CONTINUATION: Buffer.concat([
      frame(types.headers, END_STREAM, 1, fieldBlock(getFields)),
      ...Array.from({ length: 40 }, () => frame(types.continuation, 0, 1)),
    ]),
    "an unknown frame": frame(0x55, 0, 0, Buffer.alloc(100)),
  };
  await Promise.all(
    Object.entries(slowly).map(async ([name, bytes]) => {
      const peer = new Http2Peer(port);
      for (let at = 0; at < bytes.length && !peer.ended; at += 1) {
        peer.send(bytes.subarray(at, at + 1));
        await pause(10);
      }
      assert.equal(await peer.ends(), ENHANCE_YOUR_CALM, name);
    }),
  );
  assert.equal(listener.stats().rejectedByCode["REQUEST_TIMEOUT"], 3);
  await wasServing();
});

test("content that dribbles is given up after its time, whoever sends it in whatever frames", async (t) => {
  const codes: string[] = [];
  const { port, listener, wasServing } = await attacked(
    t,
    async (exchange) => {
      try {
        await exchange.body.bytes();
      } catch (error) {
        codes.push((error as { code: string }).code);
        exchange.respond(ok, null, "given up");
      }
    },
    { bodyMs: 100, lingerMs: 60 },
  );
  const peer = new Http2Peer(port).send(head(1, postFields));
  while (peer.answer(1).status === "") {
    peer.send(data(1, "x"));
    await pause(10);
  }
  assert.equal((await peer.whole(1)).content.toString(), "given up");
  assert.equal(await peer.resets(1), 0);
  assert.deepEqual(codes, ["REQUEST_TIMEOUT"]);
  assert.equal(listener.stats().rejectedByCode["REQUEST_TIMEOUT"], 1);
  // Half a DATA frame holds up its own stream, and the connection not for ever.
  const half = new Http2Peer(port).send(head(1, postFields), data(1, "x".repeat(100)).subarray(0, 50));
  assert.equal((await half.whole(1)).content.toString(), "given up");
  assert.equal(await half.resets(1), 0);
  half.send(Buffer.from("x".repeat(59)), head(3, getOf("/honest"), END_STREAM));
  assert.equal((await half.whole(3)).content.toString(), "served");
  half.socket.destroy();
  peer.socket.destroy();
  await wasServing();
});
