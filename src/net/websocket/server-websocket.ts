import type { ConnectionInfo, ExchangeContext } from "../exchange.ts";
import type { Tunnel, TunnelReceiver } from "../tunnel.ts";
import { closeCodes } from "./close-codes.ts";
import { closeFrame, parseClose } from "./close-frame.ts";
import type { DeflateAgreement } from "./deflate/agreement.ts";
import { applicationFailure, Failure, slowReader, tooSlow } from "./failure.ts";
import { bytesFrame } from "./frame.ts";
import { FrameReader, type FrameSink } from "./frame-reader.ts";
import { PING, PONG } from "./opcodes.ts";
import { PreparedMessage } from "./prepared-message.ts";
import { timesOf } from "./times.ts";
import { ASK, CUT, TOO_SLOW, Vigil } from "./vigil.ts";
import type { WebSocketConnection, WebSocketReceiver } from "./websocket.ts";
import { writeCompressed, writeMessage } from "./write-message.ts";

/** The stages of a WebSocket; it never goes back. */
const OPEN = 0;
/** Our close frame is sent; the peer's has not come. */
const CLOSING = 1;
/** No frame follows, ours or the peer's: what still comes is thrown away until the connection ends. */
const ENDED = 2;
const GONE = 3;

/** While so much waits for the peer, pongs do too: then only the latest ping is answered (RFC 6455 §5.5.3). */
const PONG_BACKLOG = 16 * 1024;

/** What a WebSocket is made of. */
export interface WebSocketParts {
  readonly context: ExchangeContext;
  readonly peer: ConnectionInfo;
  readonly receiver: WebSocketReceiver;
  readonly subprotocol: string | null;
  readonly deflate: DeflateAgreement | null;
}

/** One WebSocket (RFC 6455), on a tunnel of whichever HTTP version. */
export class ServerWebSocket implements WebSocketConnection, TunnelReceiver, FrameSink {
  readonly peer: ConnectionInfo;
  readonly subprotocol: string | null;
  readonly #context: ExchangeContext;
  readonly #receiver: WebSocketReceiver;
  readonly #deflate: DeflateAgreement | null;
  readonly #reader: FrameReader;
  readonly #vigil: Vigil;
  #tunnel: Tunnel;
  #stage: number;
  #isReported: boolean;
  #isHeld: boolean;
  /** What came after reading was held. */
  #unread: Buffer | null;
  /** The peer has sent its last byte. */
  #peerEnded: boolean;
  /** The payload of a ping that could not be answered yet. */
  #unanswered: Uint8Array | null;

  constructor(parts: WebSocketParts, openTunnel: (receiver: TunnelReceiver) => Tunnel) {
    this.peer = parts.peer;
    this.subprotocol = parts.subprotocol;
    this.#context = parts.context;
    this.#receiver = parts.receiver;
    this.#deflate = parts.deflate;
    this.#reader = new FrameReader(parts.context.limits, parts.deflate !== null);
    this.#vigil = new Vigil(timesOf(parts.context), parts.context.clock.tick);
    this.#stage = OPEN;
    this.#isReported = false;
    this.#isHeld = false;
    this.#unread = null;
    this.#peerEnded = false;
    this.#unanswered = null;
    this.#tunnel = openTunnel(this);
  }

  get isOpen(): boolean {
    return this.#stage === OPEN;
  }

  get bufferedAmount(): number {
    return this.#tunnel.bufferedBytes;
  }

  send(message: string | Uint8Array | PreparedMessage): void {
    if (this.#stage !== OPEN) return;
    const tunnel = this.#tunnel;
    if (tunnel.bufferedBytes > this.#context.limits.backlogBytes) this.#fail(slowReader());
    else if (typeof message !== "string" && message instanceof PreparedMessage)
      tunnel.write(this.#deflate === null ? message.frame : message.frameFor(this.#deflate));
    else if (this.#deflate === null) writeMessage(tunnel, message);
    else writeCompressed(tunnel, message, this.#deflate);
  }

  ping(payload: Uint8Array = nothing): void {
    if (payload.length > 125) throw new RangeError("The payload of a ping is longer than 125 bytes");
    if (this.#stage === OPEN) this.#tunnel.write(bytesFrame(PING, payload));
  }

  hold(isHeld: boolean): void {
    if (this.#stage !== OPEN || this.#isHeld === isHeld) return;
    this.#isHeld = isHeld;
    this.#tunnel.hold(isHeld);
    if (!isHeld) this.#readOn();
  }

  close(code: number = closeCodes.normal, reason = ""): void {
    if (code === closeCodes.none) throw new RangeError("1005 is no close code that can be sent");
    const frame = closeFrame(code, reason);
    if (this.#stage !== OPEN) return;
    this.#tunnel.write(frame);
    this.#stage = CLOSING;
    this.#vigil.ending(this.#context.clock.tick);
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#tunnel.hold(false);
    this.#readOn();
  }

  terminate(): void {
    if (this.#stage === GONE) return;
    this.#stage = ENDED;
    this.#unread = null;
    this.#tunnel.destroy();
  }

  received(bytes: Uint8Array): void {
    if (this.#stage >= ENDED) return;
    this.#vigil.heard();
    const chunk = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    // What was on its way when reading was held.
    if (this.#unread !== null) this.#unread = Buffer.concat([this.#unread, chunk]);
    else this.#read(chunk);
  }

  drained(): void {
    try {
      if (this.#stage === OPEN) this.#receiver.drained?.(this);
    } catch (thrown) {
      this.#fail(applicationFailure(thrown));
    }
  }

  ended(): void {
    this.#peerEnded = true;
    if (this.#unread === null) this.#lost();
  }

  closed(): void {
    this.#stage = GONE;
    this.#unread = null;
    this.#report(closeCodes.lost, "");
  }

  sweep(tick: number): void {
    if (this.#isHeld) this.#vigil.pass(tick);
    this.#answerPing();
    const message = this.#reader.isWithinMessage ? this.#reader.messages : -1;
    const due = this.#vigil.check(tick, message);
    if (due === ASK) this.ping();
    else if (due === CUT) this.terminate();
    else if (due === TOO_SLOW) this.#fail(tooSlow());
  }

  drain(): void {
    if (this.#stage !== OPEN) return;
    try {
      if (this.#receiver.drain === undefined) this.close(closeCodes.goingAway);
      else this.#receiver.drain(this);
    } catch (thrown) {
      this.#fail(applicationFailure(thrown));
    }
  }

  get isReading(): boolean {
    return this.#stage < ENDED && !this.#isHeld;
  }

  messageReceived(data: string | Uint8Array): void {
    if (this.#stage === OPEN) this.#receiver.message(this, data);
  }

  pingReceived(payload: Uint8Array): void {
    this.#unanswered = Buffer.from(payload);
    this.#answerPing();
  }

  /** That anything has come is all there is to know. */
  pongReceived(): void {}

  closeReceived(payload: Uint8Array): void {
    const { code, reason } = parseClose(payload);
    if (this.#stage === OPEN) this.#tunnel.write(closeFrame(code, ""));
    this.#end(code, reason);
  }

  #read(chunk: Buffer): void {
    let at = 0;
    try {
      at = this.#reader.read(chunk, 0, this);
    } catch (thrown) {
      this.#fail(thrown instanceof Failure ? thrown : applicationFailure(thrown));
    }
    if (this.#isHeld && at < chunk.length) this.#unread = Buffer.from(chunk.subarray(at));
  }

  /** What is unread, now that reading is not held any more. */
  #readOn(): void {
    const unread = this.#unread;
    this.#unread = null;
    if (unread !== null) this.#read(unread);
    if (this.#peerEnded && this.#unread === null) this.#lost();
  }

  #answerPing(): void {
    if (this.#unanswered === null || this.#tunnel.bufferedBytes > PONG_BACKLOG) return;
    if (this.#stage === OPEN) this.#tunnel.write(bytesFrame(PONG, this.#unanswered));
    this.#unanswered = null;
  }

  /** RFC 6455 §7.1.7. */
  #fail(failure: Failure): void {
    if (this.#stage >= ENDED) return;
    this.#context.refuse(failure.error, this.peer, null);
    if (this.#stage === OPEN) this.#tunnel.write(closeFrame(failure.closeCode, failure.message));
    this.#end(failure.closeCode, failure.message);
  }

  /** The peer has ended its side without a close frame. */
  #lost(): void {
    if (this.#stage < ENDED) this.#end(closeCodes.lost, "");
  }

  /** Nothing more is said, by us or the peer. What it still sends is read so that the close frame reaches it. */
  #end(code: number, reason: string): void {
    this.#stage = ENDED;
    this.#unread = null;
    this.#unanswered = null;
    if (this.#isHeld) this.#tunnel.hold(false);
    this.#isHeld = false;
    this.#vigil.ending(this.#context.clock.tick);
    this.#tunnel.end();
    this.#report(code, reason);
  }

  #report(code: number, reason: string): void {
    if (this.#isReported) return;
    this.#isReported = true;
    try {
      this.#receiver.closed(this, code, reason);
    } catch (thrown) {
      this.#context.refuse(applicationFailure(thrown).error, this.peer, null);
    }
  }
}

const nothing = new Uint8Array(0);
