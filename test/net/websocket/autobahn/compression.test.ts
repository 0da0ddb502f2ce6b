import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { BINARY, type Frame, fragments, TEXT } from "../frames.ts";
import { echo, serveWebSockets, WebSocketPeer } from "../peer.ts";

/** What the messages are cut from. */
interface Data {
  readonly opcode: number;
  readonly bytes: Buffer;
}

const KIB = 1024;

/** Bytes in one frame, bytes in frames of so many bytes (0 for one frame): the 18 of each section. */
const sizes: readonly (readonly [message: number, frame: number])[] = [
  ...[16, 64, 256, KIB, 4 * KIB, 8 * KIB, 16 * KIB, 32 * KIB, 64 * KIB, 128 * KIB].map(
    (size) => [size, 0] as const,
  ),
  ...[8, 16, 32, 64, 128].map((size) => [size * KIB, 256] as const),
  [128 * KIB, KIB],
  [128 * KIB, 4 * KIB],
  [128 * KIB, 32 * KIB],
];

const json: Data = {
  opcode: TEXT,
  bytes: filled((index) => `{"id":${index},"name":"Ünal ${index * 7}","on":true},`),
};

/** Stand-ins for the suite's files, which are as well and as badly compressible. */
const dataSets: readonly Data[] = [
  json,
  { opcode: BINARY, bytes: gradient() },
  {
    opcode: BINARY,
    bytes: filled((index) => `Habe nun, ach! Philosophie, Juristerei und ${index} Medizin\n`),
  },
  {
    opcode: TEXT,
    bytes: filled((index) => `<tr class="row"><td>${index}</td><td>&nbsp;${index * index}</td></tr>`),
  },
  { opcode: BINARY, bytes: noise() },
];

/** The offers of section 13, and the bits of the window that the server may use. */
const offers: readonly (readonly [offer: string, windowBits: number])[] = [
  ["permessage-deflate; client_no_context_takeover; client_max_window_bits", 15],
  ["permessage-deflate; client_max_window_bits; server_no_context_takeover", 15],
  ["permessage-deflate; client_max_window_bits; server_max_window_bits=9", 9],
  ["permessage-deflate; client_max_window_bits; server_max_window_bits=15", 15],
  ["permessage-deflate; client_max_window_bits; server_no_context_takeover; server_max_window_bits=9", 9],
  ["permessage-deflate; client_max_window_bits; server_no_context_takeover; server_max_window_bits=15", 15],
  [
    "permessage-deflate; client_max_window_bits; server_no_context_takeover; server_max_window_bits=9, " +
      "permessage-deflate; client_max_window_bits; server_no_context_takeover, permessage-deflate",
    9,
  ],
];

for (const [index, data] of dataSets.entries()) runSection(`12.${index + 1}`, data, "permessage-deflate", 15);
for (const [index, [offer, windowBits]] of offers.entries())
  runSection(`13.${index + 1}`, json, offer, windowBits);

function runSection(id: string, data: Data, offer: string, windowBits: number): void {
  test(id, async (t) => {
    const { port } = await serveWebSockets(t, echo, { deflate: { threshold: 0 } });
    for (const [index, [size, frameSize]] of sizes.entries())
      await t.test(`${id}.${index + 1}`, async () => {
        const peer = await WebSocketPeer.open(port, `Sec-WebSocket-Extensions: ${offer}\r\n`);
        assert.match(peer.head, /sec-websocket-extensions: permessage-deflate; server_no_context_takeover/);
        assert.equal(/server_max_window_bits=9/.test(peer.head), windowBits === 9);
        await exchangeMessages(peer, data, { size, frameSize, windowBits });
        assert.equal(await peer.close(), 1000);
      });
  });
}

interface Shape {
  readonly size: number;
  readonly frameSize: number;
  readonly windowBits: number;
}

/** Three messages (the suite sends 1000), each a further part of the data. */
async function exchangeMessages(peer: WebSocketPeer, data: Data, shape: Shape): Promise<void> {
  for (let count = 1; count <= 3; count += 1) {
    const message = cut(data, count * 4099, shape.size);
    const deflated = deflateRawSync(message, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    await peer.send(Buffer.concat(fragments(data.opcode, deflated, shape.frameSize || deflated.length, 4)));
    const frame = (await peer.receives(count))[count - 1];
    assert.ok(frame !== undefined);
    assert.equal(frame.opcode, data.opcode);
    assert.ok(payloadOf(frame, shape.windowBits).equals(message));
  }
}

/** A window larger than agreed is an error of zlib here. */
function payloadOf(frame: Frame, windowBits: number): Buffer {
  if (frame.reserved === 0) return frame.payload;
  assert.equal(frame.reserved, 4);
  const tail = Buffer.from([0, 0, 0xff, 0xff]);
  const options = { finishFlush: constants.Z_SYNC_FLUSH, windowBits };
  return inflateRawSync(Buffer.concat([frame.payload, tail]), options);
}

/** A part that begins and ends with a character. */
function cut({ opcode, bytes }: Data, at: number, size: number): Buffer {
  const part = bytes.subarray(at, at + size);
  return opcode === BINARY ? part : Buffer.from(part.toString("latin1").replaceAll(/[\x80-\xff]/g, "?"));
}

function filled(line: (index: number) => string): Buffer {
  let text = "";
  for (let index = 0; text.length < 160 * KIB; index += 1) text += line(index);
  return Buffer.from(text);
}

/** As a picture has them: bytes that differ little from those beside and above. */
function gradient(): Buffer {
  const bytes = Buffer.alloc(160 * KIB);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = ((index % 512) / 4 + index / 1024 + (index % 7)) & 0xff;
  return bytes;
}

/** Does not compress. */
function noise(): Buffer {
  const bytes = Buffer.alloc(160 * KIB);
  let state = 1;
  for (let index = 0; index < bytes.length; index += 1) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}
