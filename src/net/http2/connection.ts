import type { Socket } from "node:net";
import { frameworkError } from "../../errors/codes.ts";
import type { Connection } from "../connection.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { ConnectionInfo } from "../exchange.ts";
import type { Peer } from "../peer.ts";
import { PeerInfo } from "../peer-info.ts";
import { toRefusable } from "../refusal.ts";
import { handTo, type SocketReceiver } from "../socket-events.ts";
import { NEVER } from "../sweep-clock.ts";
import { OUTPUT_FULL, Transport } from "../transport.ts";
import { ControlBudget } from "./control-budget.ts";
import { errorCodes } from "./error-codes.ts";
import { ConnectionFailure } from "./failure.ts";
import { MAX_INT31 } from "./frame-types.ts";
import { writeGoAway, writePing, writeWindowUpdate } from "./frames.ts";
import { Output } from "./output.ts";
import { Reception } from "./reception.ts";
import { Requests } from "./requests.ts";
import { Sender } from "./sender.ts";
import { encodeSettings } from "./settings.ts";
import { Streams } from "./streams.ts";

/** How a connection takes its leave (RFC 9113 §6.8); it never goes back. */
const SERVING = 0;
/** The peer was told that we are going away; what it has sent before it learnt of that is still answered. */
const WARNED = 1;
/** It was told which stream is the last one. */
const LEAVING = 2;

/** Goes with the ping that tells when the peer has read the first GOAWAY. */
const drainPing = Buffer.from("fourfold");

/** One HTTP/2 connection: its socket, its times and its end. Frames are read by Reception, requests kept by Streams. */
export class Http2Connection implements Connection, SocketReceiver {
  readonly #context: ConnectionContext;
  readonly #info: ConnectionInfo;
  readonly #transport: Transport;
  readonly #output: Output;
  readonly #budget: ControlBudget;
  readonly #sender: Sender;
  readonly #streams: Streams;
  readonly #requests: Requests;
  readonly #reception: Reception;
  #stage: number;
  /** When the present stage of leaving, or the wait for the peer to close, is over. */
  #leaveAt: number;
  /** When a frame or field block that has begun must be whole; NEVER while none has. */
  #wholeAt: number;
  /** When a connection without streams ends; before SETTINGS, when they must have come. */
  #idleAt: number;
  /** SETTINGS have come, and what has no streams from then on is idle. */
  #isEstablished: boolean;
  /** The peer opens no more streams: it has said so, or has ended its side. */
  #isLast: boolean;
  /** The peer has ended its side. */
  #peerEnded: boolean;

  constructor(context: ConnectionContext, socket: Socket, peer: Peer) {
    const { limits, clock, timeouts } = context;
    this.#context = context;
    this.#info = new PeerInfo("2", peer);
    this.#transport = new Transport(socket);
    this.#output = new Output(socket, limits.outputBytes);
    this.#budget = new ControlBudget(limits.controlFrames, limits.sweepMs);
    this.#sender = new Sender({
      output: this.#output,
      budget: this.#budget,
      clock,
      stallTicks: timeouts.writeStall,
      ended: (stream) => this.#streams.localEnded(stream),
    });
    this.#streams = new Streams({
      context,
      info: this.#info,
      sender: this.#sender,
      budget: this.#budget,
      emptied: () => this.#emptied(),
    });
    this.#requests = new Requests(this.#streams, this.#budget, context, this.#info);
    this.#reception = new Reception({
      limits,
      streams: this.#streams,
      requests: this.#requests,
      sender: this.#sender,
      budget: this.#budget,
      peerLeaves: () => this.#peerLeaves(),
      pingReturned: () => this.#pingReturned(),
    });
    this.#stage = SERVING;
    this.#leaveAt = NEVER;
    this.#wholeAt = NEVER;
    this.#idleAt = clock.tick + timeouts.firstByte;
    this.#isEstablished = false;
    this.#isLast = false;
    this.#peerEnded = false;
    handTo(this, socket);
    this.#greet();
  }

  sweep(tick: number): void {
    this.#transport.watchStall(this.#context.limits.writeStallMs);
    this.#budget.sweep();
    if (this.#peerEnded) this.#streams.resetKeptBack();
    if (tick >= this.#leaveAt) this.#leave();
    if (!this.#transport.isOpen) return;
    if (tick >= this.#wholeAt) this.#fail(new ConnectionFailure(errorCodes.enhanceYourCalm, tooSlow()));
    else if (tick >= this.#idleAt && this.#streams.count === 0) this.#idle();
    else this.#streams.sweep(tick);
  }

  /** Whether others are patient does not matter: the peer is told, and knows what was answered (RFC 9113 §6.8). */
  drain(): void {
    if (this.#stage !== SERVING || !this.#transport.isOpen) return;
    this.#stage = WARNED;
    writeGoAway(this.#output, MAX_INT31, errorCodes.noError);
    writePing(this.#output, drainPing);
    this.#output.flushSoon();
    this.#leaveAt = this.#context.clock.tick + this.#context.timeouts.linger;
    this.#streams.drainTunnels();
  }

  destroy(): void {
    this.#transport.destroy();
  }

  received(chunk: Buffer): void {
    if (!this.#transport.isOpen) return;
    this.#output.gather();
    try {
      this.#reception.read(chunk);
      this.#streams.calls.settle();
    } catch (thrown) {
      this.#fail(thrown);
    }
    this.#output.release(this.#streams.calls.unanswered > 0);
    if (!this.#transport.isOpen) return;
    this.#transport.hold(OUTPUT_FULL, this.#output.isFull);
    this.#watchInput();
  }

  ended(): void {
    this.#isLast = true;
    this.#peerEnded = true;
    this.#streams.peerLeft();
    if (this.#streams.count === 0) this.#finish();
    else this.#idleAt = this.#context.clock.tick + this.#context.timeouts.idle;
  }

  drained(): void {
    this.#sender.pump();
    this.#streams.calls.resume();
    this.#output.flushSoon();
    if (this.#transport.isOpen) this.#transport.hold(OUTPUT_FULL, this.#output.isFull);
  }

  stalled(): void {
    if (this.#transport.hasUnsent) this.destroy();
  }

  closed(): void {
    this.#transport.closed();
    this.#output.discard();
    this.#streams.loseAll();
    this.#context.closed(this);
  }

  /** What a server begins with (RFC 9113 §3.4), and the window that it did not have by then. */
  #greet(): void {
    this.#output.write(encodeSettings(this.#context.limits));
    const increment = this.#streams.window.fill();
    if (increment > 0) writeWindowUpdate(this.#output, 0, increment);
    this.#output.flushSoon();
  }

  /** What has begun must end in the time for a head. */
  #watchInput(): void {
    const { clock, timeouts } = this.#context;
    if (!this.#reception.isAmid) this.#wholeAt = NEVER;
    else if (this.#wholeAt === NEVER) this.#wholeAt = clock.tick + timeouts.header;
    // Only once: a peer that asks for nothing does not hold the connection by what else it says, such as PING.
    if (this.#isEstablished || !this.#reception.hasSettings) return;
    this.#isEstablished = true;
    this.#idleAt = clock.tick + timeouts.idle;
  }

  /** The last stream has gone. */
  #emptied(): void {
    this.#idleAt = this.#context.clock.tick + this.#context.timeouts.idle;
    if (this.#stage === LEAVING || this.#isLast) this.#finishSoon();
  }

  /** After the present input: there may be more frames in it. */
  #finishSoon(): void {
    process.nextTick(() => {
      if (this.#streams.count === 0) this.#finish();
    });
  }

  #peerLeaves(): void {
    this.#isLast = true;
    if (this.#streams.count === 0) this.#finishSoon();
  }

  #pingReturned(): void {
    if (this.#stage === WARNED) this.#sayLast();
  }

  /** The second GOAWAY: the peer knows that we go, so that no stream it opens from here on was opened in good faith. */
  #sayLast(): void {
    this.#stage = LEAVING;
    this.#leaveAt = NEVER;
    this.#requests.lastAccepted = this.#streams.lastId;
    writeGoAway(this.#output, this.#streams.lastId, errorCodes.noError);
    this.#output.flushSoon();
    if (this.#streams.count === 0) this.#finishSoon();
  }

  /** A stage of leaving has taken its time. */
  #leave(): void {
    this.#leaveAt = NEVER;
    if (!this.#transport.isOpen) this.#transport.destroy();
    else if (this.#stage === WARNED) this.#sayLast();
  }

  /** Nothing is asked for any more, or SETTINGS did not come. */
  #idle(): void {
    if (!this.#reception.hasSettings) {
      this.destroy();
      return;
    }
    writeGoAway(this.#output, this.#requests.lastLooked, errorCodes.noError);
    this.#finish();
  }

  /** The connection cannot go on (§5.4.1). */
  #fail(thrown: unknown): void {
    const failure =
      thrown instanceof ConnectionFailure
        ? thrown
        : new ConnectionFailure(errorCodes.internalError, toRefusable(thrown));
    this.#context.refuse(failure.error, this.#info, null);
    writeGoAway(this.#output, this.#requests.lastLooked, failure.code);
    this.#finish();
    this.#streams.loseAll();
  }

  /** The peer may read what was written last, and close. */
  #finish(): void {
    if (!this.#transport.isOpen) return;
    this.#output.flush();
    this.#transport.finish();
    this.#leaveAt = this.#context.clock.tick + this.#context.timeouts.linger;
  }
}

function tooSlow(): ReturnType<typeof frameworkError> {
  return frameworkError("REQUEST_TIMEOUT", "HTTP/2: a frame or field block did not come to its end in time");
}
