import type { frameworkError } from "../../src/errors/codes.ts";
import type { Tunnel, WebSocketReceiver } from "../../src/net/index.ts";
import { completeLimits } from "../../src/net/limits.ts";
import { PeerInfo } from "../../src/net/peer-info.ts";
import { refuse, renderErrorAsJson } from "../../src/net/refusal.ts";
import { SweepClock } from "../../src/net/sweep-clock.ts";
import { ServerWebSocket } from "../../src/net/websocket/server-websocket.ts";
import { CLOSE, readFrame } from "../net/websocket/frames.ts";

const limits = completeLimits({ messageBytes: 200_000, messageFrames: 50 });
const clock = new SweepClock(60_000, () => {});
const peer = new PeerInfo("1.1", { remoteAddress: "", remotePort: 0, secure: false, tls: null });
const deflate = { windowBits: 15, threshold: 100, level: 1 };

/** A tunnel whose other end keeps everything. */
class KeepingTunnel implements Tunnel {
  readonly written: Uint8Array[] = [];
  readonly bufferedBytes = 0;
  isEnded = false;
  isDestroyed = false;
  failures: string[] = [];

  write(bytes: Uint8Array): void {
    if (this.isEnded || this.isDestroyed) this.failures.push("written after the end");
    this.written.push(bytes);
  }
  writeLatin1(text: string): void {
    this.write(Buffer.from(text, "latin1"));
  }
  hold(): void {}
  end(): void {
    this.isEnded = true;
  }
  destroy(): void {
    this.isDestroyed = true;
  }
}

/** What a server made of some bytes. */
export interface Outcome {
  readonly messages: readonly string[];
  readonly closings: readonly string[];
  readonly sent: readonly string[];
  readonly rejected: readonly string[];
  /** What must not have happened. */
  readonly failures: readonly string[];
}

/** Gives the pieces to an echo server, then the end of the connection. */
export function run(pieces: readonly Buffer[]): Outcome {
  const messages: string[] = [];
  const closings: string[] = [];
  const rejected: string[] = [];
  const failures: string[] = [];
  const receiver: WebSocketReceiver = {
    message(socket, data) {
      if (closings.length > 0) failures.push("a message after the end");
      messages.push(typeof data === "string" ? data : `bytes ${Buffer.from(data).toString("hex")}`);
      socket.send(data);
    },
    closed: (_socket, code, reason) => void closings.push(`${code} ${reason}`),
  };
  const tunnel = new KeepingTunnel();
  const context = {
    limits,
    clock,
    refuse(error: ReturnType<typeof frameworkError>) {
      rejected.push(error.code);
      return refuse(error, null, renderErrorAsJson);
    },
  };
  const parts = { context, peer, receiver, subprotocol: null, deflate };
  const socket = new ServerWebSocket(parts, () => tunnel);
  try {
    for (const piece of pieces) socket.received(piece);
    socket.sweep(0);
    socket.ended();
    socket.closed();
  } catch (thrown) {
    failures.push(`thrown: ${String(thrown)}`);
  }
  if (closings.length !== 1) failures.push(`${closings.length} closings`);
  if (rejected.includes("INTERNAL")) failures.push("an internal error");
  const sent = framesOf(Buffer.concat(tunnel.written), failures);
  return { messages, closings, sent, rejected, failures: [...failures, ...tunnel.failures] };
}

/** The frames that were sent; the close frame, if there is one, must be the last. */
function framesOf(bytes: Buffer, failures: string[]): string[] {
  const sent: string[] = [];
  let rest = bytes;
  let isClosed = false;
  while (rest.length > 0) {
    const read = readFrame(rest);
    if (read === null || isClosed) {
      failures.push(read === null ? "half a frame was sent" : "a frame after the close frame");
      break;
    }
    isClosed = read.frame.opcode === CLOSE;
    sent.push(`${read.frame.opcode} ${read.frame.reserved} ${read.frame.payload.toString("hex")}`);
    rest = rest.subarray(read.end);
  }
  return sent;
}
