import type { Socket } from "node:net";

/** What a socket tells whoever has it at present. */
export interface SocketReceiver {
  received(chunk: Buffer): void;
  /** The peer will send nothing more. */
  ended(): void;
  /** The socket takes more. */
  drained(): void;
  /** Nothing has moved for the time that was set with `setTimeout`. */
  stalled(): void;
  /** The socket is closed; nothing follows. */
  closed(): void;
}

/**
 * The events of a socket, for one receiver at a time. A connection that changes its protocol changes the receiver, and
 * whatever belonged to the protocol before can be collected.
 */
export class SocketEvents {
  receiver: SocketReceiver;

  constructor(socket: Socket, receiver: SocketReceiver) {
    this.receiver = receiver;
    socket.on("data", (chunk: Buffer) => this.receiver.received(chunk));
    socket.on("end", () => this.receiver.ended());
    socket.on("drain", () => this.receiver.drained());
    socket.on("timeout", () => this.receiver.stalled());
    // What there is to know comes with `close`, which always follows.
    socket.on("error", () => {});
    socket.on("close", () => this.receiver.closed());
  }
}
