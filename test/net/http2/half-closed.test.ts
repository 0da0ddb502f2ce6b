import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { type ExchangeHandler, HeadBlock, type ListenOptions, listen } from "fourfold/net";

const ok = new HeadBlock(200);
const frameHeadBytes = 9;
const types = { data: 0, headers: 1, reset: 3, settings: 4 } as const;
const endStream = 1;
const endHeaders = 4;
const cancel = 8;

test("a peer that has ended its side gets an answer that fits its windows", async (context) => {
  const content = Buffer.alloc(60_000, "a");
  const frames = await askAndEnd(context, (exchange) => {
    // After the end of the peer has been seen.
    setTimeout(() => exchange.respond(ok, null, content), 200);
  });
  const parts = frames.filter(({ type }) => type === types.data);
  assert.deepEqual(Buffer.concat(parts.map(({ payload }) => payload)), content);
  assert.equal(parts.at(-1)?.flags, endStream);
});

test("what does not fit the windows of a peer that has ended its side is broken off", async (context) => {
  let brokenOff: unknown = null;
  const frames = await askAndEnd(context, async (exchange) => {
    const stream = exchange.stream(ok, null);
    try {
      while (true) await stream.write(Buffer.alloc(16_384));
    } catch (error) {
      brokenOff = error;
    }
  });
  const parts = frames.filter(({ type }) => type === types.data);
  assert.equal(Buffer.concat(parts.map(({ payload }) => payload)).length, 65_535);
  const reset = frames.find(({ type }) => type === types.reset);
  assert.equal(reset?.payload.readUInt32BE(), cancel);
  assert.notEqual(brokenOff, null);
});

test("a request whose turn comes after the end of its peer knows that the peer may be gone", async (context) => {
  const aborted: boolean[] = [];
  const handler: ExchangeHandler = (exchange) => {
    aborted.push(exchange.signal.aborted);
    exchange.respond(ok, null, exchange.request.path === "/" ? Buffer.alloc(200_000) : "late");
  };
  // The answer to the first waits for windows that will not be opened, and the second for that.
  const frames = await askAndEnd(context, handler, [head(1, "/"), head(3, "/later")], {
    outputBytes: 50_000,
  });
  assert.deepEqual(aborted, [false, true]);
  assert.equal(
    frames.some(({ stream, type }) => stream === 3 && type === types.headers),
    true,
  );
});

interface Frame {
  readonly stream: number;
  readonly type: number;
  readonly flags: number;
  readonly payload: Buffer;
}

/** A GET: :method, :scheme http, a literal :path and :authority a (RFC 7541 §6.1, §6.2.2). */
function head(stream: number, path: string): Buffer {
  const fields = Buffer.from([0x82, 0x86, 0x04, path.length, ...Buffer.from(path), 0x01, 0x01, 0x61]);
  return frame(types.headers, endHeaders | endStream, stream, fields);
}

/** Asks and ends its side; resolves when the server has closed, long before any of its times for slow peers is over. */
async function askAndEnd(
  context: TestContext,
  handler: ExchangeHandler,
  requests: readonly Buffer[] = [head(1, "/")],
  limits: ListenOptions["limits"] = {},
): Promise<readonly Frame[]> {
  const listener = await listen({
    addresses: [{ host: "127.0.0.1", port: 0 }],
    handler,
    limits: { sweepMs: 50, ...limits },
  });
  context.after(() => listener.close());
  const [address] = listener.addresses;
  assert.ok(address !== undefined && "port" in address);
  const socket = connect({ host: "127.0.0.1", port: address.port, allowHalfOpen: true });
  context.after(() => socket.destroy());
  socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  socket.write(frame(types.settings, 0, 0, Buffer.alloc(0)));
  socket.end(Buffer.concat(requests));
  return await framesOf(socket);
}

async function framesOf(socket: Socket): Promise<readonly Frame[]> {
  const chunks: Buffer[] = [];
  const deadline = setTimeout(() => socket.destroy(new Error("The server does not close")), 10_000);
  for await (const chunk of socket) chunks.push(chunk);
  clearTimeout(deadline);
  const bytes = Buffer.concat(chunks);
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const start = at + frameHeadBytes;
    const end = start + bytes.readUIntBE(at, 3);
    frames.push({
      type: bytes.readUInt8(at + 3),
      flags: bytes.readUInt8(at + 4),
      stream: bytes.readUInt32BE(at + 5),
      payload: bytes.subarray(start, end),
    });
    at = end;
  }
  return frames;
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}
