import assert from "node:assert/strict";
import { once } from "node:events";
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type OutgoingHttpHeaders,
  sensitiveHeaders,
} from "node:http2";
import { createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import type { HpackDecoder } from "../../../src/net/hpack/decoder.ts";
import { emptyTable, encodeFields, encodeStatus } from "../../../src/net/hpack/encoder.ts";
import { decoded, decoder } from "./decoded.ts";

// Against nghttp2 as Node has it: what it encodes with its table, and what it makes of our blocks.

const PREFACE = 24;
const HEADERS = 0x1;
const SETTINGS = 0x4;
const END_STREAM_AND_HEADERS = 0x5;
const ACK = 0x1;

/** Answers each request without looking at it, by a constant block. Only the header frames are of interest here. */
class Responder {
  readonly requests: string[][] = [];
  readonly state: HpackDecoder = decoder();
  readonly #socket: Socket;
  readonly #block: Uint8Array;
  #input = Buffer.alloc(0);
  #isOpen = false;
  /** The next block must say that nothing is kept. */
  #isTableGiven = true;
  /** Settings that were sent and are not acknowledged yet. */
  readonly #pending: number[] = [];

  constructor(socket: Socket, block: Uint8Array) {
    this.#socket = socket;
    this.#block = block;
    socket.on("data", (bytes: Buffer) => this.#receive(bytes));
    this.announce(4096);
  }

  announce(tableBytes: number): void {
    const setting = Buffer.alloc(6);
    setting.writeUInt16BE(0x1, 0);
    setting.writeUInt32BE(tableBytes, 2);
    this.#pending.push(tableBytes);
    this.#send(SETTINGS, 0, 0, setting);
  }

  #receive(bytes: Buffer): void {
    this.#input = Buffer.concat([this.#input, bytes]);
    if (!this.#isOpen && this.#input.length >= PREFACE) {
      this.#isOpen = true;
      this.#input = this.#input.subarray(PREFACE);
    }
    while (this.#isOpen && this.#input.length >= 9) {
      const end = 9 + this.#input.readUIntBE(0, 3);
      if (this.#input.length < end) return;
      this.#frame(this.#input.subarray(0, end));
      this.#input = this.#input.subarray(end);
    }
  }

  #frame(frame: Buffer): void {
    const [type, flags] = frame.subarray(3, 5);
    if (type === SETTINGS && flags === ACK) this.state.allowTable(this.#pending.shift() ?? 0);
    else if (type === SETTINGS) this.#send(SETTINGS, ACK, 0, new Uint8Array());
    else if (type === HEADERS) this.#answer(frame, flags ?? 0);
  }

  #answer(frame: Buffer, flags: number): void {
    // Node sends a priority with its requests (RFC 9113 §6.2).
    this.requests.push(decoded(this.state, frame.subarray((flags & 0x20) !== 0 ? 14 : 9)));
    const first = this.#isTableGiven ? emptyTable : new Uint8Array();
    this.#isTableGiven = false;
    const block = Buffer.concat([first, this.#block]);
    this.#send(HEADERS, END_STREAM_AND_HEADERS, frame.readUInt32BE(5), block);
  }

  #send(type: number, flags: number, stream: number, payload: Uint8Array): void {
    const head = Buffer.alloc(9);
    head.writeUIntBE(payload.length, 0, 3);
    head.writeUInt8(type, 3);
    head.writeUInt8(flags, 4);
    head.writeUInt32BE(stream, 5);
    this.#socket.write(Buffer.concat([head, payload]));
  }
}

async function open(context: TestContext, block: Uint8Array): Promise<[ClientHttp2Session, Responder]> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const accepted = once(server, "connection");
  const session = connect(`http://127.0.0.1:${address.port}`, { settings: { headerTableSize: 100 } });
  const [socket] = await accepted;
  context.after(() => {
    session.destroy();
    socket.destroy();
    server.close();
  });
  const responder = new Responder(socket, block);
  await once(session, "remoteSettings");
  return [session, responder];
}

async function exchange(
  session: ClientHttp2Session,
  fields: OutgoingHttpHeaders,
): Promise<Record<string, unknown>> {
  const stream: ClientHttp2Stream = session.request(fields);
  const [answer] = await once(stream, "response");
  stream.resume();
  await once(stream, "close");
  return { ...answer };
}

test("reads what Node's client encodes, with its table of each size", async (context) => {
  const [session, responder] = await open(context, encodeStatus(200));
  for (const tableBytes of [4096, 200, 0, 65_536, 64, 4096]) {
    responder.announce(tableBytes);
    await once(session, "remoteSettings");
    for (let round = 0; round < 8; round += 1) {
      const fields = {
        ":path": `/articles/${round % 3}?page=${tableBytes}`,
        "x-request": `${"long ".repeat(round * 3)}é`,
        cookie: `session=${round}`,
        accept: "application/json",
      };
      await exchange(session, fields);
      const list = responder.requests.at(-1) ?? [];
      for (const [name, value] of Object.entries(fields)) {
        const position = list.indexOf(name);
        assert.equal(list[position + 1], value);
      }
      assert.ok(responder.state.tableSize <= tableBytes);
    }
  }
  assert.equal(responder.requests.length, 48);
});

test("Node's client reads our blocks", async (context) => {
  const block = Buffer.concat([
    encodeStatus(201),
    encodeFields([
      "content-type",
      "application/json",
      "etag",
      '"a.1"',
      "x-request-id",
      "0190163d-8694-739b-aea5-966c26f8ad91",
      "set-cookie",
      "a=b; Secure",
      "set-cookie",
      "c=d",
      "vary",
      "accept-encoding, origin",
      "x-long",
      "z".repeat(5000),
    ]),
  ]);
  const [session] = await open(context, block);
  for (let round = 0; round < 3; round += 1) {
    const { ":status": status, ...fields } = await exchange(session, { ":path": "/" });
    assert.equal(status, 201);
    assert.deepEqual(fields, {
      "content-type": "application/json",
      etag: '"a.1"',
      "x-request-id": "0190163d-8694-739b-aea5-966c26f8ad91",
      "set-cookie": ["a=b; Secure", "c=d"],
      vary: "accept-encoding, origin",
      "x-long": "z".repeat(5000),
      [sensitiveHeaders]: ["set-cookie", "set-cookie"],
    });
  }
});
