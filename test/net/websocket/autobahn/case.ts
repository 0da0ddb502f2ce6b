import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { acceptWebSocket, type Listener, listen } from "../../../../src/net/index.ts";
import { BINARY, CLOSE, PONG, TEXT } from "../frames.ts";
import { echo, WebSocketPeer } from "../peer.ts";

/** One case of the Autobahn test suite, by its number there: what is sent to an echo server, and what must come back. */
export interface AutobahnCase {
  readonly id: string;
  /** Each is written on its own. */
  readonly send: readonly Buffer[];
  readonly expect: readonly Expected[];
  /** The code that the server closes with; null where we are to close, with 1000. */
  readonly closes: number | null;
}

/** A frame that must come. */
export interface Expected {
  readonly opcode: number;
  readonly payload: Buffer;
}

export function text(payload: string | Buffer): Expected {
  return { opcode: TEXT, payload: Buffer.from(payload) };
}

export function binary(payload: Buffer): Expected {
  return { opcode: BINARY, payload };
}

export function pong(payload: string | Buffer): Expected {
  return { opcode: PONG, payload: Buffer.from(payload) };
}

/** Frames in one piece. */
export function atOnce(...frames: readonly Buffer[]): readonly Buffer[] {
  return [Buffer.concat(frames)];
}

/** Frames in pieces of so many bytes. */
export function inChops(size: number, ...frames: readonly Buffer[]): readonly Buffer[] {
  const bytes = Buffer.concat(frames);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

/** Runs the cases as tests, over one echo server. */
export function runCases(cases: readonly AutobahnCase[]): void {
  const server: { listener?: Listener; port: number } = { port: 0 };
  before(async () => {
    const addresses = [{ host: "127.0.0.1", port: 0 }];
    server.listener = await listen({
      addresses,
      handler: (exchange) => void acceptWebSocket(exchange, echo),
      limits: { messageBytes: 2 ** 24, messageFrames: 2 ** 20, backlogBytes: 2 ** 25 },
    });
    const [address] = server.listener.addresses;
    server.port = address !== undefined && "port" in address ? address.port : 0;
  });
  after(() => server.listener?.close());
  for (const one of cases) test(one.id, () => runCase(one, server.port));
}

async function runCase({ send, expect, closes }: AutobahnCase, port: number): Promise<void> {
  const peer = await WebSocketPeer.open(port);
  await peer.send(...send);
  let code: number;
  if (closes === null) {
    await peer.receives(expect.length);
    code = await peer.close();
  } else code = await peer.closes();
  assert.equal(code, closes ?? 1000);
  const frames = peer.frames.filter(({ opcode }) => opcode !== CLOSE);
  assert.deepEqual(
    frames.map(({ opcode, payload }) => ({ opcode, payload: Buffer.from(payload) })),
    expect,
  );
  assert.ok(peer.frames.every(({ isFinal, reserved }) => isFinal && reserved === 0));
}
