import type { Socket } from "node:net";
import { frameworkError } from "../errors/codes.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionContext } from "./connection-context.ts";
import { writeRefusal } from "./http1/answer.ts";
import { Output } from "./http1/output.ts";
import { beginsLikePreface } from "./http2/preface.ts";
import { turnedAway } from "./http2/turned-away.ts";
import type { Peer } from "./peer.ts";
import { PeerInfo } from "./peer-info.ts";
import type { Refusal } from "./rendered-refusal.ts";
import { handTo, type SocketReceiver } from "./socket-events.ts";

const RETRY_AFTER_SECONDS = 5;

/**
 * A connection for which there is no room. As soon as it has said anything it is told so in the protocol it speaks; then, or
 * where it says nothing, it is cut after the time to read it.
 */
export class TurnedAway implements Connection, SocketReceiver {
  readonly #context: ConnectionContext;
  readonly #socket: Socket;
  readonly #refusal: Refusal;
  readonly #until: number;
  #isTold: boolean;

  constructor(context: ConnectionContext, socket: Socket, peer: Peer) {
    this.#context = context;
    this.#socket = socket;
    const error = frameworkError("OVERLOADED", undefined, { retryAfter: RETRY_AFTER_SECONDS });
    this.#refusal = context.refuse(error, new PeerInfo("1.1", peer), null);
    this.#until = context.clock.tick + context.timeouts.linger;
    this.#isTold = false;
    handTo(this, socket);
  }

  received(chunk: Buffer): void {
    if (this.#isTold) return;
    this.#isTold = true;
    if (beginsLikePreface(chunk)) this.#socket.write(turnedAway);
    else {
      const output = new Output(this.#socket);
      writeRefusal(output, this.#refusal, this.#context.clock.dateLine);
      output.flush();
    }
    this.#socket.end();
  }

  ended(): void {
    this.#socket.end();
  }

  drained(): void {}

  stalled(): void {}

  closed(): void {
    this.#context.closed(this);
  }

  sweep(tick: number): void {
    if (tick >= this.#until) this.#socket.destroy();
  }

  drain(): void {
    this.#socket.destroy();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
