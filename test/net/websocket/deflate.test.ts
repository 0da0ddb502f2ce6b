import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import { encodeMessage } from "../../../src/net/index.ts";
import { agreementField, agreeOnDeflate } from "../../../src/net/websocket/deflate/agreement.ts";
import { parseExtensions } from "../../../src/net/websocket/deflate/extension-offers.ts";
import { BINARY, CONTINUATION, type Frame, fragments, frame, TEXT } from "./frames.ts";
import { echo, Recorder, serveWebSockets, WebSocketPeer } from "./peer.ts";

const offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n";
const COMPRESSED = { reserved: 4 };

/** The answer to an offer; null if it is declined. */
function answerTo(field: string): string | null {
  const agreement = agreeOnDeflate(parseExtensions(field) ?? [], {});
  return agreement === null ? null : agreementField(agreement);
}

const plain = "permessage-deflate; server_no_context_takeover; client_no_context_takeover";
const negotiations: readonly (readonly [offer: string, answer: string | null])[] = [
  ["permessage-deflate", plain],
  ["permessage-deflate; client_max_window_bits", plain],
  ["permessage-deflate; client_max_window_bits=8", plain],
  ["permessage-deflate; client_no_context_takeover; server_no_context_takeover", plain],
  ["permessage-deflate; server_max_window_bits=10", `${plain}; server_max_window_bits=10`],
  ['permessage-deflate; server_max_window_bits="12"', `${plain}; server_max_window_bits=12`],
  ["permessage-deflate ;server_max_window_bits = 9", `${plain}; server_max_window_bits=9`],
  ["permessage-deflate; server_max_window_bits=15", plain],
  // A window of 8 bits cannot be made.
  ["permessage-deflate; server_max_window_bits=8", null],
  ["permessage-deflate; server_max_window_bits=8, permessage-deflate", plain],
  ["permessage-deflate; server_max_window_bits=16", null],
  ["permessage-deflate; server_max_window_bits=7", null],
  ["permessage-deflate; server_max_window_bits=09", null],
  ["permessage-deflate; server_max_window_bits", null],
  ["permessage-deflate; client_max_window_bits=16", null],
  ["permessage-deflate; client_max_window_bits=x", null],
  ["permessage-deflate; server_no_context_takeover=1", null],
  ["permessage-deflate; client_no_context_takeover=true", null],
  ["permessage-deflate; server_no_context_takeover; server_no_context_takeover", null],
  ["permessage-deflate; other", null],
  [
    "permessage-deflate; other, permessage-deflate; server_max_window_bits=11",
    `${plain}; server_max_window_bits=11`,
  ],
  ["x-webkit-deflate-frame", null],
  ["bbf-usp-protocol, permessage-deflate", plain],
  ["", null],
];

for (const [field, answer] of negotiations)
  test(`offer: ${field}`, () => {
    assert.equal(answerTo(field), answer);
  });

test("Sec-WebSocket-Extensions is read by its grammar", () => {
  assert.deepEqual(parseExtensions('a;b=c; d="e" , f;g,,h'), [
    {
      name: "a",
      parameters: [
        ["b", "c"],
        ["d", "e"],
      ],
    },
    { name: "f", parameters: [["g", null]] },
    { name: "h", parameters: [] },
  ]);
  for (const bad of [
    "a;",
    "a b",
    "a=b",
    "a;b=",
    'a;b="c',
    'a;b="c d"',
    "a;b c",
    ";",
    "a, ;b",
    "(a)",
    'a;b=""',
  ])
    assert.equal(parseExtensions(bad), null, bad);
});

/** What a frame holds, with a window that must not be larger than this. */
function inflated({ payload, reserved }: Frame, windowBits = 15): string {
  if (reserved === 0) return payload.toString();
  return inflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH, windowBits }).toString();
}

function compress(text: string): Buffer {
  return deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

/** RFC 7692 §7.2.3: the examples, of which all but the one that needs the window of the message before say "Hello". */
const hello: readonly (readonly [what: string, hex: string])[] = [
  ["§7.2.3.1, one block", "f2 48 cd c9 c9 07 00"],
  ["§7.2.3.3, a block without compression", "00 05 00 fa ff 48 65 6c 6c 6f 00"],
  ["§7.2.3.4, a final block", "f3 48 cd c9 c9 07 00 00"],
  ["a final block and nothing behind it", "f3 48 cd c9 c9 07 00"],
  ["§7.2.3.5, two blocks", "f2 48 05 00 00 00 ff ff ca c9 c9 07 00"],
];

for (const [what, hex] of hello)
  test(`the example of RFC 7692 ${what}`, async (t) => {
    const recorder = new Recorder();
    const { port } = await serveWebSockets(t, recorder, { deflate: {} });
    const peer = await WebSocketPeer.open(port, offer);
    const payload = Buffer.from(hex.replaceAll(" ", ""), "hex");
    await peer.send(frame(TEXT, payload, COMPRESSED));
    await peer.send(frame(TEXT, payload.subarray(0, 3), { ...COMPRESSED, isFinal: false }));
    await peer.send(frame(CONTINUATION, payload.subarray(3)));
    assert.equal(await peer.close(), 1000);
    assert.deepEqual(recorder.messages, ["Hello", "Hello"]);
  });

test("an empty message, compressed", async (t) => {
  const recorder = new Recorder();
  const { port } = await serveWebSockets(t, recorder, { deflate: {} });
  const peer = await WebSocketPeer.open(port, offer);
  await peer.send(frame(TEXT, Buffer.from([0]), COMPRESSED), frame(BINARY, Buffer.from([2, 0]), COMPRESSED));
  assert.equal(await peer.close(), 1000);
  assert.deepEqual(recorder.messages, ["", Buffer.alloc(0)]);
});

const broken: readonly (readonly [what: string, bytes: Buffer, code: number])[] = [
  ["bytes that do not inflate", frame(TEXT, Buffer.from("garbage"), COMPRESSED), 1007],
  [
    "a final block with more behind it",
    frame(TEXT, Buffer.from("f348cdc9c90700f348cdc9c90700", "hex"), COMPRESSED),
    1007,
  ],
  ["text that inflates to no UTF-8", frame(TEXT, deflateRawSync(Buffer.from([0xc3])), COMPRESSED), 1007],
  [
    "RSV1 in a continuation",
    Buffer.concat([frame(TEXT, "a", { isFinal: false }), frame(CONTINUATION, "b", COMPRESSED)]),
    1002,
  ],
  ["RSV1 in a ping", frame(9, "", COMPRESSED), 1002],
  ["RSV1 in a close frame", frame(8, "", COMPRESSED), 1002],
  ["RSV1 and RSV2", frame(TEXT, "", { reserved: 6 }), 1002],
  ["RSV2", frame(TEXT, "", { reserved: 2 }), 1002],
  [
    "a message that inflates beyond the limit by one byte",
    frame(TEXT, compress("a".repeat(1001)), COMPRESSED),
    1009,
  ],
];

for (const [what, bytes, code] of broken)
  test(`${what}: ${code}`, async (t) => {
    const recorder = new Recorder();
    const limits = { messageBytes: 1000 };
    const { port } = await serveWebSockets(t, recorder, { deflate: {} }, { limits });
    const peer = await WebSocketPeer.open(port, offer);
    await peer.send(frame(TEXT, compress("a".repeat(1000)), COMPRESSED));
    await peer.send(bytes);
    assert.equal(await peer.closes(), code);
    assert.deepEqual(recorder.messages, ["a".repeat(1000)]);
  });

test("what is shorter than the threshold, or grows, is sent as it is", async (t) => {
  const { port, sockets } = await serveWebSockets(t, echo, { deflate: { threshold: 20 } });
  const peer = await WebSocketPeer.open(port, offer);
  const [socket] = sockets;
  const noise = Buffer.from(Array.from({ length: 30 }, (_, index) => (index * 167) & 0xff));
  const messages = ["a".repeat(19), "a".repeat(20), "ü".repeat(10), noise];
  for (const message of messages) {
    socket?.send(message);
    socket?.send(encodeMessage(message));
  }
  const frames = await peer.receives(8);
  assert.deepEqual(
    frames.map(({ reserved }) => reserved),
    [0, 0, 4, 4, 4, 4, 0, 0],
  );
  assert.equal(inflated(frames[4] ?? never()), "ü".repeat(10));
  assert.ok(frames[6]?.payload.equals(noise) && frames[7]?.payload.equals(noise));
  assert.equal(await peer.close(), 1000);
});

test("one message for peers that agreed on different things", async (t) => {
  const { port, sockets } = await serveWebSockets(t, echo, { deflate: {} });
  const windows = [9, 10, 15, 15];
  const fields = windows.map((bits) => offer.replace("\r\n", `; server_max_window_bits=${bits}\r\n`));
  const peers = await Promise.all([...fields, ""].map((field) => WebSocketPeer.open(port, field)));
  const text = Array.from({ length: 500 }, (_, index) => `line ${index % 40}, ${index}`).join("\n");
  const message = encodeMessage(text);
  for (const socket of sockets) socket.send(message);
  for (const [index, peer] of peers.entries()) {
    const [received] = await peer.receives(1);
    assert.equal(inflated(received ?? never(), windows[index]), text);
    assert.equal(received?.reserved, index < 4 ? 4 : 0);
    assert.equal(await peer.close(), 1000);
  }
});

test("a message is compressed at most once for each way that was agreed on", () => {
  const message = encodeMessage("a".repeat(5000));
  const agreement = { windowBits: 15, threshold: 10, level: 3 };
  const compressed = message.frameFor(agreement);
  assert.notEqual(compressed, message.frame);
  assert.equal(message.frameFor({ ...agreement, threshold: 20 }), compressed);
  // Both windows are larger than the message.
  assert.equal(message.frameFor({ ...agreement, windowBits: 14 }), compressed);
  assert.notEqual(message.frameFor({ ...agreement, windowBits: 9 }), compressed);
  assert.equal(message.frameFor({ ...agreement, threshold: 5001 }), message.frame);
});

test("without the option there is no compression, whatever is offered", async (t) => {
  const { port } = await serveWebSockets(t);
  const peer = await WebSocketPeer.open(port, offer);
  assert.doesNotMatch(peer.head, /extensions/);
  await peer.send(Buffer.concat(fragments(TEXT, "a".repeat(3000), 1000)));
  assert.equal((await peer.receives(1))[0]?.reserved, 0);
  assert.equal(await peer.close(), 1000);
});

function never(): never {
  throw new Error("there is no such frame");
}
