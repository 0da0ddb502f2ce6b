import type { Socket } from "node:net";
import { frameworkError } from "../../errors/codes.ts";
import type { Connection } from "../connection.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { Peer } from "../peer.ts";
import { PeerInfo } from "../peer-info.ts";
import { writeRefusal } from "./answer.ts";
import { Output } from "./output.ts";

const RETRY_AFTER_SECONDS = 5;

/** A connection for which there is no room: it is told so, given the time to read it, and cut. */
export class TurnedAway implements Connection {
  readonly #socket: Socket;
  readonly #until: number;

  constructor(context: ConnectionContext, socket: Socket, peer: Peer) {
    this.#socket = socket;
    this.#until = context.clock.tick + context.timeouts.linger;
    const error = frameworkError("OVERLOADED", undefined, { retryAfter: RETRY_AFTER_SECONDS });
    const info = new PeerInfo("1.1", peer);
    const refusal = context.refuse(error, info, null);
    socket.on("error", () => {});
    socket.on("close", () => context.closed(this));
    socket.resume();
    const output = new Output(socket);
    writeRefusal(output, refusal, context.clock.dateLine);
    output.flush();
    socket.end();
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
