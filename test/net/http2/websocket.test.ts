import assert from "node:assert/strict";
import { once } from "node:events";
import { type ClientHttp2Stream, connect } from "node:http2";
import { type TestContext, test } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { ListenOptions, WebSocketOptions, WebSocketReceiver } from "../../../src/net/index.ts";
import { END_STREAM } from "../attacks/frames.ts";
import { pause } from "../peer.ts";
import {
  BINARY,
  CLOSE,
  close,
  type Frame,
  fragments,
  frame,
  PING,
  PONG,
  readFrame,
  TEXT,
} from "../websocket/frames.ts";
import { echo, Recorder, serveWebSockets } from "../websocket/peer.ts";
import { connectFields, data, Http2Peer, head } from "./peer.ts";

const version = ["sec-websocket-version", "13"];

/** A WebSocket of Node's HTTP/2 client, which has the streams and their windows; frames are written and read by hand. */
class Client {
  readonly stream: ClientHttp2Stream;
  readonly frames: Frame[] = [];
  isEnded = false;
  #pending: Buffer = Buffer.alloc(0);

  constructor(stream: ClientHttp2Stream) {
    this.stream = stream;
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    stream.on("end", () => {
      this.isEnded = true;
    });
    stream.on("error", () => {});
  }

  async receives(count: number): Promise<readonly Frame[]> {
    await until(() => this.frames.length >= count, `frame ${count}`);
    return this.frames;
  }

  /** The code of the close frame after which the stream ends. */
  async closes(): Promise<number> {
    await until(() => this.isEnded, "the end");
    const last = this.frames.at(-1);
    return last?.opcode === CLOSE ? last.payload.readUInt16BE() : -1;
  }

  #take(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (let read = readFrame(this.#pending); read !== null; read = readFrame(this.#pending)) {
      this.frames.push(read.frame);
      this.#pending = this.#pending.subarray(read.end);
    }
  }
}

async function until(holds: () => boolean, what: string): Promise<void> {
  for (const deadline = Date.now() + 5000; !holds(); await pause(5))
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
}

/** Servers and clients of one test; every client is a stream of the one connection. */
async function open(
  t: TestContext,
  receiver: WebSocketReceiver = echo,
  options: WebSocketOptions = {},
  listenOptions: Partial<ListenOptions> = {},
) {
  const served = await serveWebSockets(t, receiver, options, listenOptions);
  const session = connect(`http://127.0.0.1:${served.port}`);
  session.on("error", () => {});
  t.after(() => session.destroy());
  await once(session, "remoteSettings");
  const opened = async (fields: Readonly<Record<string, string>> = {}) => {
    const stream = session.request({
      ":method": "CONNECT",
      ":protocol": "websocket",
      ":path": "/chat",
      "sec-websocket-version": "13",
      ...fields,
    });
    const [headers] = await once(stream, "response");
    return { headers, client: new Client(stream) };
  };
  return { ...served, session, opened };
}

test("messages of all sizes, whole and in fragments, on several streams of one connection", async (t) => {
  const { opened, listener } = await open(
    t,
    echo,
    {},
    { limits: { messageBytes: 2 * 2 ** 20, backlogBytes: 8 * 2 ** 20 } },
  );
  const several = await Promise.all([opened(), opened(), opened()]);
  for (const { headers, client } of several) {
    assert.equal(headers[":status"], 200);
    assert.equal(headers["sec-websocket-accept"], undefined);
    const sizes = [0, 1, 125, 126, 16_384, 65_536, 2 * 2 ** 20];
    for (const size of sizes) client.stream.write(frame(BINARY, Buffer.alloc(size, "abc")));
    for (const part of fragments(TEXT, "ž".repeat(50_000), 9999)) client.stream.write(part);
    const frames = await client.receives(sizes.length + 1);
    for (const [index, size] of sizes.entries())
      assert.ok(frames[index]?.payload.equals(Buffer.alloc(size, "abc")), `${size} bytes`);
    assert.equal(frames.at(-1)?.payload.toString(), "ž".repeat(50_000));
    assert.equal(frames.at(-1)?.opcode, TEXT);
  }
  assert.equal(listener.stats().accepted, 1);
});

test("the closing handshake, begun by the client and by the server, leaves the connection to others", async (t) => {
  const recorder = new Recorder();
  const { opened, sockets } = await open(t, recorder);
  const first = await opened();
  const second = await opened();
  first.client.stream.write(close(1000, "bye"));
  assert.equal(await first.client.closes(), 1000);
  sockets[1]?.close(4000, "over");
  await second.client.receives(1);
  second.client.stream.end(close(4000));
  assert.equal(await second.client.closes(), 4000);
  await until(() => recorder.closings.length === 2, "both ends");
  assert.deepEqual(recorder.closings, [
    [1000, "bye"],
    [4000, ""],
  ]);
  assert.equal((await opened()).headers[":status"], 200);
});

test("a stream that ends or is reset without a close frame is 1006", async (t) => {
  const recorder = new Recorder();
  const { opened, session } = await open(t, recorder);
  const clients = [await opened(), await opened(), await opened()];
  clients[0]?.client.stream.end();
  await until(() => recorder.closings.length === 1, "the first end");
  clients[1]?.client.stream.close(8);
  await until(() => recorder.closings.length === 2, "the second end");
  session.destroy();
  await until(() => recorder.closings.length === 3, "the third end");
  assert.deepEqual(
    recorder.closings.map(([code]) => code),
    [1006, 1006, 1006],
  );
});

test("pings are answered, and rules of frames hold", async (t) => {
  const { opened, rejected } = await open(t);
  const { client } = await opened();
  client.stream.write(frame(PING, "abc"));
  const [pong] = await client.receives(1);
  assert.deepEqual([pong?.opcode, pong?.payload.toString()], [PONG, "abc"]);
  client.stream.write(frame(TEXT, "not masked", { mask: null }));
  assert.equal(await client.closes(), 1002);
  assert.equal(rejected.length, 1);
});

test("a message over the limit is 1009, and other streams go on", async (t) => {
  const { opened } = await open(t, echo, {}, { limits: { messageBytes: 100_000 } });
  const large = await opened();
  const other = await opened();
  large.client.stream.write(frame(BINARY, Buffer.alloc(100_001)));
  assert.equal(await large.client.closes(), 1009);
  other.client.stream.write(frame(TEXT, "still here"));
  const [answer] = await other.client.receives(1);
  assert.equal(answer?.payload.toString(), "still here");
});

test("permessage-deflate", async (t) => {
  const deflate = { windowBits: 15, threshold: 10, level: 1 } as const;
  const { opened } = await open(t, echo, { deflate });
  const { headers, client } = await opened({
    "sec-websocket-extensions": "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
  });
  assert.match(String(headers["sec-websocket-extensions"]), /^permessage-deflate/);
  const content = Buffer.from("all work and no play ".repeat(5000));
  const Z_SYNC_FLUSH = 2;
  const compressed = deflateRawSync(content, { finishFlush: Z_SYNC_FLUSH }).subarray(0, -4);
  client.stream.write(frame(TEXT, compressed, { reserved: 4 }));
  const [answer] = await client.receives(1);
  assert.equal(answer?.reserved, 4);
  const whole = Buffer.concat([answer?.payload ?? Buffer.alloc(0), Buffer.from([0, 0, 0xff, 0xff])]);
  assert.ok(inflateRawSync(whole, { finishFlush: Z_SYNC_FLUSH }).equals(content));
  assert.ok(whole.length < content.length / 10);
});

test("drain is 1001 to every WebSocket, and then the connection ends", async (t) => {
  const recorder = new Recorder();
  const { opened, listener } = await open(t, recorder);
  const clients = [await opened(), await opened()];
  const drained = listener.drain(4000);
  for (const { client } of clients) {
    await client.receives(1);
    client.stream.end(close(1001));
    assert.equal(await client.closes(), 1001);
  }
  await drained;
  assert.equal(recorder.closings.length, 2);
  assert.equal(listener.stats().connections, 0);
});

test("a WebSocket that does not read makes messages wait, and is told of when it has read", async (t) => {
  const recorder = new Recorder();
  const { opened, sockets } = await open(t, recorder, {}, { limits: { backlogBytes: 4 * 2 ** 20 } });
  const { client } = await opened();
  client.stream.pause();
  for (let count = 0; count < 20; count += 1) sockets[0]?.send(Buffer.alloc(100_000));
  await pause(30);
  assert.ok((sockets[0]?.bufferedAmount ?? 0) > 500_000);
  assert.equal(recorder.drains, 0);
  client.stream.resume();
  await client.receives(20);
  await until(() => recorder.drains === 1, "the drain");
  assert.equal(sockets[0]?.bufferedAmount, 0);
});

test("a WebSocket that holds its peer stops it at the window, and gets everything in the end", async (t) => {
  const recorder = new Recorder();
  const { opened, sockets } = await open(t, recorder, {}, { limits: { streamWindowBytes: 65_535 } });
  const { client } = await opened();
  sockets[0]?.hold(true);
  for (let count = 0; count < 30; count += 1) client.stream.write(frame(BINARY, Buffer.alloc(10_000)));
  await pause(50);
  assert.equal(recorder.messages.length, 0);
  assert.ok(client.stream.writableLength > 0, "the client has to wait");
  sockets[0]?.hold(false);
  await until(() => recorder.messages.length === 30, "all messages");
});

test("what opens no WebSocket is answered, in terms of HTTP/2", async (t) => {
  const { port, rejected } = await serveWebSockets(t, echo, { origins: ["https://good.example"] });
  const peer = new Http2Peer(port);
  const origin = ["origin", "https://evil.example"];
  const cases = [
    { fields: connectFields("websocket"), status: "426" },
    { fields: connectFields("websocket", "sec-websocket-version", "8"), status: "426" },
    { fields: connectFields("other", ...version), status: "400" },
    { fields: connectFields("websocket", ...version, ...origin), status: "403" },
    { fields: connectFields("websocket", ...version, "sec-websocket-extensions", ";;"), status: "400" },
  ];
  for (const [index, { fields, status }] of cases.entries()) {
    const stream = 2 * index + 1;
    peer.send(head(stream, fields), data(stream, "", END_STREAM));
    const answer = await peer.whole(stream);
    assert.match(answer.status, /^4/, `case ${index}`);
    assert.deepEqual([answer.status, answer.field("upgrade")], [status, undefined], `case ${index}`);
  }
  assert.equal(rejected.length, cases.length);
  peer.socket.destroy();
});
