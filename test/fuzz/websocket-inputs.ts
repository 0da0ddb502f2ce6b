import { constants, deflateRawSync } from "node:zlib";
import { BINARY, CONTINUATION, close, frame, PING, PONG, TEXT } from "../net/websocket/frames.ts";
import type { Random } from "./random.ts";

const words = ["a", "hello", "ü", "€", "😀", "\u0000", '{"a":[1,2]}', "x".repeat(130), "y".repeat(70_000)];
/** Bytes on which heads and UTF-8 turn. */
const edges = [
  0x00, 0x01, 0x02, 0x0a, 0x40, 0x7d, 0x7e, 0x7f, 0x80, 0x81, 0x82, 0x88, 0x89, 0x8a, 0xc1, 0xc2, 0xed, 0xf4,
  0xfd, 0xfe, 0xff,
];

/** What a client may send: some messages, whole or in fragments, compressed or not, with control frames between. */
export function makeStream(random: Random): Buffer {
  const frames: Buffer[] = [];
  for (let count = 1 + random.below(6); count > 0; count -= 1) addMessage(frames, random);
  if (random.chance(0.5)) frames.push(close(random.pick([1000, 1001, 3000, 4999]), random.pick(["", "bye"])));
  return Buffer.concat(frames);
}

function addMessage(frames: Buffer[], random: Random): void {
  const isText = random.chance(0.6);
  const plain = Buffer.from(random.some(words, 5).join(""));
  const isCompressed = random.chance(0.3);
  const payload = isCompressed ? compress(plain) : plain;
  const opcode = isText ? TEXT : BINARY;
  const cuts = random.chance(0.5) ? [] : cutsOf(payload.length, random);
  let from = 0;
  for (const [index, to] of [...cuts, payload.length].entries()) {
    if (random.chance(0.2))
      frames.push(frame(random.pick([PING, PONG]), random.pick(["", "p", "q".repeat(125)])));
    const options = {
      isFinal: index === cuts.length,
      reserved: isCompressed && index === 0 ? 4 : 0,
      mask: [random.below(256), random.below(256), random.below(256), random.below(256)],
    };
    frames.push(frame(index === 0 ? opcode : CONTINUATION, payload.subarray(from, to), options));
    from = to;
  }
}

function cutsOf(length: number, random: Random): number[] {
  return random
    .some([0.1, 0.3, 0.5, 0.9], 6)
    .map((part) => Math.floor(part * length))
    .sort((one, other) => one - other);
}

function compress(bytes: Buffer): Buffer {
  return deflateRawSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
}

/** The same with some damage. */
export function mutate(stream: Buffer, random: Random): Buffer {
  let bytes = stream;
  for (let count = random.below(4); count > 0; count -= 1) bytes = damage(bytes, random);
  return bytes;
}

function damage(bytes: Buffer, random: Random): Buffer {
  const at = random.below(bytes.length + 1);
  const length = 1 + random.below(random.chance(0.8) ? 4 : 200);
  const before = bytes.subarray(0, at);
  switch (random.below(6)) {
    case 0:
      return before;
    case 1:
      return Buffer.concat([before, bytes.subarray(at + length)]);
    case 2:
      return Buffer.concat([before, Buffer.from([random.pick(edges)]), bytes.subarray(at)]);
    case 3:
      return Buffer.concat([before, bytes.subarray(at, at + length), bytes.subarray(at)]);
    case 4:
      return Buffer.concat([before, Buffer.from([random.pick(edges)]), bytes.subarray(at + 1)]);
    default: {
      const flipped = Buffer.from(bytes);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << random.below(8));
      return flipped;
    }
  }
}

/** The same in pieces. */
export function split(bytes: Buffer, random: Random): Buffer[] {
  const most = random.pick([1, 2, 7, 60, 2000]);
  const pieces: Buffer[] = [];
  // Byte by byte only where that is not for ever.
  const size = bytes.length > 5000 ? Math.max(most, 500) : most;
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random.below(size);
    pieces.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  return pieces;
}
