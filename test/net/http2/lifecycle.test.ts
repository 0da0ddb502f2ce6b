import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, constants } from "node:http2";
import { test } from "node:test";
import { type Exchange, listen } from "../../../src/net/index.ts";
import { ACK, END_STREAM, ENHANCE_YOUR_CALM, frame, preface, settings, types } from "../attacks/frames.ts";
import { get, ok, Peer, pause, quick, serve } from "../peer.ts";
import { data, getFields, getOf, Http2Peer, head, postFields, reset, windowUpdate } from "./peer.ts";

const NO_ERROR = 0;
const PROTOCOL_ERROR = 1;
const MAX_STREAM = 2 ** 31 - 1;

test("the signal is aborted when the peer resets the stream, leaves, or breaks a rule", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(t, (exchange) => void exchanges.push(exchange));
  const ways: readonly ((peer: Http2Peer) => unknown)[] = [
    (peer) => peer.send(reset(1)),
    (peer) => peer.socket.destroy(),
    (peer) => peer.socket.resetAndDestroy(),
    (peer) => peer.send(windowUpdate(1, 0)),
    (peer) => peer.send(frame(types.push, 0, 1)),
  ];
  for (const [index, leave] of ways.entries()) {
    const peer = new Http2Peer(port).send(head(1, getFields, END_STREAM));
    await peer.until(() => exchanges.length === index + 1);
    const exchange = exchanges[index];
    // Asked for in time, and only afterwards.
    const signal = index % 2 === 0 ? exchange?.signal : undefined;
    assert.ok(signal?.aborted !== true);
    leave(peer);
    if (signal === undefined) await pause(40);
    else await peer.until(() => signal.aborted, `way ${index}`);
    assert.equal(exchange?.signal.aborted, true, `way ${index}`);
    assert.equal(exchange?.signal.reason.code, "CANCELLED");
    exchange?.respond(ok, null, "to nobody");
    peer.socket.destroy();
  }
});

test("the signal is not aborted by the end of an answered request, but by that of its peer's side", async (t) => {
  const signals: AbortSignal[] = [];
  const { port, listener } = await serve(t, (exchange) => {
    signals.push(exchange.signal);
    setTimeout(() => exchange.respond(ok, null, "fine"), 40);
  });
  const peer = new Http2Peer(port);
  assert.equal((await peer.get(1)).content.toString(), "fine");
  peer.send(reset(1));
  const [last] = await Promise.all([peer.get(3), peer.socket.end()]);
  assert.equal(last.content.toString(), "fine");
  await peer.until(() => listener.stats().connections === 0);
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, true],
  );
});

test("a stream that the peer has not ended is lost with the peer's side", async (t) => {
  const exchanges: Exchange[] = [];
  const { port, listener } = await serve(t, (exchange) => void exchanges.push(exchange));
  const peer = new Http2Peer(port).send(head(1, postFields), head(3, getFields, END_STREAM));
  await peer.until(() => exchanges.length === 2);
  peer.socket.end();
  await pause(30);
  const aborted = exchanges.map(({ request, signal }) => `${request.method} ${signal.aborted}`).sort();
  assert.deepEqual(aborted, ["GET true", "POST true"]);
  for (const exchange of exchanges) exchange.respond(ok, null, "fine");
  assert.equal((await peer.whole(3)).content.toString(), "fine");
  await peer.until(() => peer.ended && listener.stats().connections === 0);
});

test("drain says GOAWAY twice, and answers what comes in between", async (t) => {
  const exchanges: Exchange[] = [];
  const { port, listener } = await serve(t, (exchange) => void exchanges.push(exchange), {
    limits: { lingerMs: 5000 },
  });
  const peer = new Http2Peer(port).send(head(1, getOf("/first"), END_STREAM));
  await peer.until(() => exchanges.length === 1);
  const drained = listener.drain(5000);
  await peer.until(() => peer.pings.length === 1);
  assert.deepEqual(peer.goAways, [{ last: MAX_STREAM, code: NO_ERROR }]);
  // It was on its way when the peer learnt of the end.
  peer.send(head(3, getOf("/second"), END_STREAM));
  const content = Buffer.from(peer.pings[0]?.slice(1) ?? "", "latin1");
  peer.send(frame(types.ping, ACK, 0, content), head(5, getOf("/too-late"), END_STREAM));
  await peer.until(() => peer.goAways.length === 2);
  assert.deepEqual(peer.goAways[1], { last: 3, code: NO_ERROR });
  peer.send(head(7, postFields), data(7, "ignored as well"));
  await pause(20);
  assert.equal(peer.ended, false);
  for (const exchange of exchanges) exchange.respond(ok, null, exchange.request.path);
  assert.equal((await peer.whole(1)).content.toString(), "/first");
  assert.equal((await peer.whole(3)).content.toString(), "/second");
  await peer.ends();
  await drained;
  assert.equal(exchanges.length, 2);
  assert.equal(peer.answers.has(5), false);
});

test("drain lets an idle connection go at once, and does not wait for a ping that is not answered", async (t) => {
  const { port, listener } = await serve(t, (exchange) => exchange.respond(ok, null, "fine"));
  const idle = new Http2Peer(port);
  await idle.get(1);
  const before = Date.now();
  const drained = listener.drain(5000);
  assert.equal(await idle.ends(), NO_ERROR);
  assert.equal(idle.goAways.length, 2);
  await drained;
  assert.ok(Date.now() - before < 2000);
});

test("drain loses nothing of many clients that ask without a pause", async (t) => {
  const { port, listener } = await serve(t, (exchange) =>
    setTimeout(() => exchange.respond(ok, null, exchange.request.path), 2),
  );
  let answered = 0;
  const lost: unknown[] = [];
  const ask = async (): Promise<void> => {
    const session = connect(`http://127.0.0.1:${port}`);
    session.on("error", (error) => lost.push(error));
    let isLeaving = false;
    session.on("goaway", () => {
      isLeaving = true;
    });
    await once(session, "connect");
    for (let index = 0; !isLeaving; index += 1) {
      const stream = session.request({ ":path": `/${index}` });
      try {
        let text = "";
        for await (const part of stream.setEncoding("utf8")) text += part;
        if (text === `/${index}`) answered += 1;
        else lost.push(text);
      } catch (error) {
        // After the second GOAWAY, which says that it was not looked at, the client does so itself.
        if (stream.rstCode !== constants.NGHTTP2_REFUSED_STREAM) lost.push(error);
      }
    }
    session.close();
  };
  const clients = Array.from({ length: 8 }, ask);
  const started = Date.now();
  while (answered < 80 && Date.now() < started + 5000) await pause(5);
  await listener.drain(5000);
  await Promise.all(clients);
  assert.deepEqual(lost, []);
  assert.ok(answered >= 80);
  assert.equal(listener.stats().requests, answered, "what was looked at was answered");
});

test("a peer that says GOAWAY is answered and let go", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(t, (exchange) => void exchanges.push(exchange));
  const leaving = frame(types.goAway, 0, 0, Buffer.alloc(8));
  const peer = new Http2Peer(port).send(head(1, getFields, END_STREAM), leaving);
  await peer.until(() => exchanges.length === 1);
  await pause(20);
  assert.equal(peer.ended, false);
  exchanges[0]?.respond(ok, null, "last");
  assert.equal((await peer.whole(1)).content.toString(), "last");
  assert.equal(await peer.ends(), -1);
  assert.equal(await new Http2Peer(port).send(leaving).ends(), -1);
});

test("a connection without requests ends after its time, and not before", async (t) => {
  const { port, listener } = await serve(
    t,
    (exchange) => setTimeout(() => exchange.respond(ok, null, "slow"), 150),
    { limits: { idleMs: 60 } },
  );
  const peer = new Http2Peer(port);
  assert.equal((await peer.get(1)).content.toString(), "slow");
  const before = Date.now();
  assert.equal(await peer.ends(), NO_ERROR);
  assert.ok(Date.now() - before >= 40, "it was idle for a while");
  assert.deepEqual(peer.goAways, [{ last: 1, code: NO_ERROR }]);
  await peer.until(() => listener.stats().connections === 0);
  assert.deepEqual(listener.stats().rejectedByCode, {});
});

test("a connection without requests is not held open by what else its peer says", async (t) => {
  const { port, listener } = await serve(t, (exchange) => exchange.respond(ok, null, "fine"), {
    limits: { idleMs: 100, controlFrames: 100_000 },
  });
  const chatter = [
    frame(types.ping, 0, 0, Buffer.alloc(8)),
    frame(types.settings, 0, 0),
    windowUpdate(0, 1),
    frame(99, 0, 0, Buffer.alloc(1)),
  ];
  for (const said of chatter)
    for (const requests of [0, 1]) {
      const peer = new Http2Peer(port);
      if (requests > 0) await peer.get(1);
      const timer = setInterval(() => peer.send(said), 5);
      t.after(() => clearInterval(timer));
      assert.equal(await peer.ends(), NO_ERROR);
      assert.deepEqual(peer.goAways, [{ last: requests, code: NO_ERROR }]);
      clearInterval(timer);
    }
  assert.deepEqual(listener.stats().rejectedByCode, {});
});

test("prior knowledge, byte by byte, and HTTP/1.1 on the same port", async (t) => {
  const { port } = await serve(t, (exchange) =>
    exchange.respond(ok, null, exchange.request.connection.httpVersion),
  );
  const bytes = Buffer.concat([preface, settings(), head(1, getFields, END_STREAM)]);
  const slow = new Http2Peer(port, null);
  for (const byte of bytes) {
    slow.send(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  assert.equal((await slow.whole(1)).content.toString(), "2");
  slow.socket.destroy();
  const [answer] = await new Peer(port).send(get()).answersUpTo(1);
  assert.equal(answer?.body, "1.1");
  // It begins like the preface, and is something else.
  const [other] = await new Peer(port).send("PRIVATE / HTTP/1.1\r\nHost: a\r\n\r\n").answersUpTo(1);
  assert.equal(other?.body, "1.1");
  const half = new Peer(port).send("PRI * HTT");
  await pause(10);
  half.socket.end();
  assert.match(await half.closes(), /^HTTP\/1\.1 400 |^$/);
});

test("a preface that goes wrong, and a first frame that is not SETTINGS", async (t) => {
  const { port } = await serve(t, () => {});
  const pinged = new Http2Peer(port, frame(types.ping, 0, 0, Buffer.alloc(8)));
  assert.equal(await pinged.ends(), PROTOCOL_ERROR);
  const acknowledged = new Http2Peer(port, frame(types.settings, ACK, 0));
  assert.equal(await acknowledged.ends(), PROTOCOL_ERROR);
  const wrong = new Peer(port).send("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n");
  assert.match(await wrong.closes(), /^HTTP\/1\.1 (400|505) /);
});

test("a connection over the limit is told so in its own protocol", async (t) => {
  const { port, listener } = await serve(t, (exchange) => exchange.respond(ok, null, "fine"), {
    limits: { connections: 1 },
  });
  const first = new Http2Peer(port);
  await first.get(1);
  const second = new Http2Peer(port);
  assert.equal(await second.ends(), ENHANCE_YOUR_CALM);
  assert.deepEqual(second.types, [types.settings, types.goAway]);
  assert.equal((await first.get(3)).content.toString(), "fine");
  assert.equal(listener.stats().rejectedByCode["OVERLOADED"], 1);
  first.socket.destroy();
  await first.until(() => listener.stats().connections === 0);
  const third = new Http2Peer(port);
  assert.equal((await third.get(1)).content.toString(), "fine");
  third.socket.destroy();
});

test("streams over the limit are refused, and the ones before them answered", async (t) => {
  const exchanges: Exchange[] = [];
  const { port } = await serve(t, (exchange) => void exchanges.push(exchange), { limits: { streams: 2 } });
  const peer = new Http2Peer(port);
  for (const stream of [1, 3, 5]) peer.send(head(stream, getFields, END_STREAM));
  const REFUSED_STREAM = 7;
  assert.equal(await peer.resets(5), REFUSED_STREAM);
  assert.equal(peer.settings.get(3), 2);
  for (const exchange of exchanges) exchange.respond(ok, null, "fine");
  await Promise.all([peer.whole(1), peer.whole(3)]);
  assert.equal(exchanges.length, 2);
  peer.socket.destroy();
});

test("close cuts everything, also what is amid its answer", async (t) => {
  const exchanges: Exchange[] = [];
  const listener = await listen({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    handler: (exchange) => {
      exchanges.push(exchange);
      void exchange.stream(ok, null).write(Buffer.alloc(200_000));
    },
    limits: quick,
  });
  t.after(() => listener.close());
  const [address] = listener.addresses;
  assert.ok(address !== undefined && "port" in address);
  const peer = new Http2Peer(address.port).send(head(1, getFields, END_STREAM));
  await peer.content(1, 65_535);
  await listener.close();
  await peer.until(() => peer.ended);
  assert.equal(exchanges[0]?.signal.aborted, true);
  assert.equal(listener.stats().connections, 0);
});
