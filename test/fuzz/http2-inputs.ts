import {
  ACK,
  block,
  END_HEADERS,
  END_STREAM,
  frame,
  integer,
  number,
  preface,
  settings,
  text,
  types,
} from "../net/attacks/frames.ts";
import type { Random } from "./random.ts";

const paths = ["/echo", "/parts", "/late", "/trailers", "/throw", "/ignore", "/early"];
const base = { ":scheme": "http", ":authority": "a" };

/** Frames that a client of good faith might send, one after the other: requests, content, tunnels, settings, windows. */
export function makeConnection(random: Random): readonly Buffer[] {
  const frames: Buffer[] = [Buffer.concat([preface, settings(...someSettings(random))])];
  const open: number[] = [];
  let next = 1;
  for (let count = 1 + random.below(25); count > 0; count -= 1) {
    const kind = random.below(10);
    if (kind < 4) {
      const isLast = random.chance(0.5);
      frames.push(...head(random, next, isLast));
      if (!isLast) open.push(next);
      next += 2;
    } else if (kind < 8 && open.length > 0) frames.push(...content(random, open));
    else frames.push(control(random, next - 2, open));
  }
  if (random.chance(0.2)) frames.push(frame(types.goAway, 0, 0, Buffer.alloc(8)));
  return frames;
}

/** The same with some damage: bytes changed, cut, doubled, frames in another order. */
export function damage(frames: readonly Buffer[], random: Random): Buffer {
  const parts = [...frames];
  if (random.chance(0.2) && parts.length > 2) {
    const at = 1 + random.below(parts.length - 1);
    const [moved = Buffer.alloc(0)] = parts.splice(at, random.chance(0.5) ? 1 : 0);
    parts.splice(1 + random.below(parts.length - 1), 0, moved);
  }
  if (random.chance(0.1)) parts.push(random.pick(parts));
  let bytes = Buffer.concat(parts);
  for (let count = random.below(4); count > 0; count -= 1) {
    const at = random.below(bytes.length);
    // Rather in heads of frames and small numbers than anywhere in them.
    if (random.chance(0.7)) bytes[at] = random.chance(0.5) ? random.below(256) : random.below(16);
    else if (random.chance(0.5))
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(9))]);
    else bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.max(0, at - 30))]);
  }
  return random.chance(0.3) ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
}

/** Cut anywhere. */
export function pieces(bytes: Buffer, random: Random): readonly Buffer[] {
  const cut: Buffer[] = [];
  const most = Math.max(random.pick([1, 9, 40, 400]), Math.ceil(bytes.length / 100));
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + random.below(most);
    cut.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  return cut;
}

function someSettings(random: Random): readonly (readonly [number, number])[] {
  const values: readonly (readonly [number, number])[] = [
    [1, random.pick([0, 100, 4096, 65_536])],
    [2, 0],
    [3, 100],
    [4, random.pick([0, 1, 100, 65_535, 2 ** 20])],
    [5, random.pick([16_384, 100_000])],
    [6, 1000],
    [0x99, 5],
  ];
  return random.some(values, 4);
}

function head(random: Random, stream: number, isLast: boolean): readonly Buffer[] {
  const isTunnel = random.chance(0.15);
  const fields = isTunnel
    ? { ":method": "CONNECT", ":protocol": "echo", ...base, ":path": "/tunnel" }
    : { ":method": isLast ? "GET" : "POST", ...base, ":path": random.pick(paths) };
  const more = [
    Buffer.concat([
      Buffer.from([0x40]),
      text("x-kept"),
      text(random.pick(["a", "b".repeat(60)])),
      integer(62, 0x7f, 0x80),
    ]),
    block({ cookie: "a=1" }),
    block({ cookie: "b=2" }),
    block({ te: "trailers" }),
    block({ expect: "100-continue" }),
    block({ "x-long": "l".repeat(random.below(300)) }),
  ];
  const resized = random.chance(0.1) ? integer(random.pick([200, 4096]), 0x1f, 0x20) : Buffer.alloc(0);
  const whole = Buffer.concat([resized, block(fields), ...random.some(more, 3)]);
  const end = isLast ? END_STREAM : 0;
  if (random.chance(0.8)) return [frame(types.headers, END_HEADERS | end, stream, whole)];
  const at = random.below(whole.length);
  return [
    frame(types.headers, end, stream, whole.subarray(0, at)),
    frame(types.continuation, END_HEADERS, stream, whole.subarray(at)),
  ];
}

function content(random: Random, open: number[]): readonly Buffer[] {
  const stream = random.pick(open);
  const isLast = random.chance(0.5);
  if (isLast) open.splice(open.indexOf(stream), 1);
  if (isLast && random.chance(0.2))
    return [frame(types.headers, END_HEADERS | END_STREAM, stream, block({ "x-sum": "1" }))];
  const bytes = Buffer.alloc(random.pick([0, 1, 10, 1000, 2000]), "c");
  const flags = isLast ? END_STREAM : 0;
  if (random.chance(0.8)) return [frame(types.data, flags, stream, bytes)];
  const padding = random.below(20);
  const padded = Buffer.concat([Buffer.from([padding]), bytes.subarray(0, 16_000), Buffer.alloc(padding)]);
  return [frame(types.data, flags | 8, stream, padded)];
}

function control(random: Random, last: number, open: number[]): Buffer {
  switch (random.below(7)) {
    case 0:
      return settings(...someSettings(random));
    case 1:
      return frame(types.settings, ACK, 0);
    case 2:
      return frame(types.ping, random.below(2), 0, Buffer.alloc(8, 7));
    case 3:
      return frame(
        types.windowUpdate,
        0,
        random.pick([0, Math.max(0, last)]),
        number(1 + random.below(2 ** 20)),
      );
    case 4:
      if (last < 1) return settings();
      // Nothing follows on a stream that was reset.
      if (open.includes(last)) open.splice(open.indexOf(last), 1);
      return frame(types.reset, 0, last, number(8));
    case 5:
      return frame(types.priority, 0, last + 2, Buffer.from([0, 0, 0, 0, 9]));
    default:
      return frame(0x42, random.below(256), random.below(5), Buffer.alloc(random.below(50)));
  }
}
