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

const receivers = new WeakMap<Socket, SocketReceiver>();

/**
 * The events of a socket, for one receiver at a time. A connection that changes its protocol changes the receiver, and
 * whatever belonged to the protocol before can be collected. The listeners are the same functions for all sockets: closures of
 * its own would cost each of them 1.5 KiB for as long as it is open.
 */
export class SocketEvents {
  readonly #socket: Socket;

  constructor(socket: Socket, receiver: SocketReceiver) {
    this.#socket = socket;
    this.receiver = receiver;
    socket.on("data", onData);
    socket.on("end", onEnd);
    socket.on("drain", onDrain);
    socket.on("timeout", onTimeout);
    socket.on("error", onError);
    socket.on("close", onClose);
  }

  set receiver(receiver: SocketReceiver) {
    receivers.set(this.#socket, receiver);
  }
}

function onData(this: Socket, chunk: Buffer): void {
  receivers.get(this)?.received(chunk);
}

function onEnd(this: Socket): void {
  receivers.get(this)?.ended();
}

function onDrain(this: Socket): void {
  receivers.get(this)?.drained();
}

function onTimeout(this: Socket): void {
  receivers.get(this)?.stalled();
}

/** What there is to know comes with `close`, which always follows. */
function onError(): void {}

function onClose(this: Socket): void {
  receivers.get(this)?.closed();
}
