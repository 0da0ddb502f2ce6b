import { Peer } from "../peer.ts";

// What a client of HTTP/2 sends, byte by byte as one likes, and what it gets; independent of the engine's own code.

export const types = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  push: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const ENHANCE_YOUR_CALM = 11;
export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;

export const preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/** A frame, as RFC 9113 §4.1 has it. */
export function frame(
  type: number,
  flags: number,
  stream: number,
  content: Uint8Array = new Uint8Array(0),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(content.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, content]);
}

export function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

/** SETTINGS with pairs of name and value. */
export function settings(...pairs: readonly (readonly [name: number, value: number])[]): Buffer {
  const content = pairs.map(([name, value]) =>
    Buffer.concat([Buffer.from([name >> 8, name & 0xff]), number(value)]),
  );
  return frame(types.settings, 0, 0, Buffer.concat(content));
}

/** Literal fields without indexing, whose names and values are shorter than 127 bytes or use a second byte of length. */
export function block(fields: Readonly<Record<string, string>>): Buffer {
  const parts = Object.entries(fields).flatMap(([name, value]) => [
    Buffer.from([0]),
    text(name),
    text(value),
  ]);
  return Buffer.concat(parts);
}

/** A string literal without Huffman's code (RFC 7541 §5.2). */
export function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  return Buffer.concat([integer(bytes.length, 0x7f, 0), bytes]);
}

/** An integer with a prefix (RFC 7541 §5.1). */
export function integer(value: number, mask: number, first: number): Buffer {
  if (value < mask) return Buffer.from([first | value]);
  const bytes = [first | mask];
  let rest = value - mask;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return Buffer.from([...bytes, rest]);
}

export const get: Readonly<Record<string, string>> = {
  ":method": "GET",
  ":scheme": "http",
  ":path": "/",
  ":authority": "a",
};
export const post: Readonly<Record<string, string>> = { ...get, ":method": "POST" };

export function headers(
  stream: number,
  flags: number,
  fields: Readonly<Record<string, string>> = get,
): Buffer {
  return frame(types.headers, END_HEADERS | flags, stream, block(fields));
}

/** A frame that has come. */
export interface Received {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly content: Buffer;
}

/** A client that has sent its preface and SETTINGS. */
export class Http2Peer extends Peer {
  constructor(port: number, first: Buffer = settings()) {
    super(port);
    this.bytes(preface, first);
  }

  bytes(...parts: readonly Buffer[]): this {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(parts));
    return this;
  }

  get frames(): Received[] {
    const bytes = Buffer.from(this.text, "latin1");
    const frames: Received[] = [];
    for (let at = 0; at + 9 <= bytes.length; ) {
      const length = bytes.readUIntBE(at, 3);
      if (at + 9 + length > bytes.length) break;
      frames.push({
        type: bytes[at + 3] ?? 0,
        flags: bytes[at + 4] ?? 0,
        stream: bytes.readUInt32BE(at + 5),
        content: bytes.subarray(at + 9, at + 9 + length),
      });
      at += 9 + length;
    }
    return frames;
  }

  of(type: number, stream?: number): Received[] {
    return this.frames.filter(
      (each) => each.type === type && (stream === undefined || each.stream === stream),
    );
  }

  /** Waits for a frame. */
  async frame(type: number, stream?: number): Promise<Received> {
    await this.until(() => this.of(type, stream).length > 0, `a frame of type ${type}`);
    const [found] = this.of(type, stream);
    if (found === undefined) throw new Error("It was there a moment ago");
    return found;
  }

  /** The code with which the connection was ended. */
  async ends(): Promise<number> {
    await this.until(() => this.ended || this.socket.destroyed, "the end of the connection");
    const last = this.of(types.goAway).at(-1);
    this.socket.destroy();
    return last === undefined ? -1 : last.content.readUInt32BE(4);
  }

  /** The code with which a stream was reset. */
  async resets(stream: number): Promise<number> {
    const { content } = await this.frame(types.reset, stream);
    return content.readUInt32BE(0);
  }
}
