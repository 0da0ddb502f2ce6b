import type { Socket } from "node:net";

/** What a socket tells whoever has it at present. */
export interface SocketReceiver {
  /** The bytes may be written into. The next read may overwrite them: what is kept must be made `lasting`. */
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
 * Hands a socket to a receiver, which has its events until it is handed on. A connection that changes its protocol changes the
 * receiver, and whatever belonged to the protocol before can be collected. The listeners are the same functions for all
 * sockets: closures of its own would cost each of them 1.5 KiB for as long as it is open.
 */
export function handTo(receiver: SocketReceiver, socket: Socket): void {
  const isFirst = !receivers.has(socket);
  receivers.set(socket, receiver);
  if (!isFirst) return;
  socket.on("data", onData);
  socket.on("end", onEnd);
  socket.on("drain", onDrain);
  socket.on("timeout", onTimeout);
  socket.on("error", onError);
  socket.on("close", onClose);
}

/** Takes the events back: what is built on the socket hears of them itself. */
export function release(socket: Socket): void {
  receivers.delete(socket);
  socket.off("data", onData);
  socket.off("end", onEnd);
  socket.off("drain", onDrain);
  socket.off("timeout", onTimeout);
  socket.off("error", onError);
  socket.off("close", onClose);
}

/** Bytes that were read past the stream's own buffer. */
export function deliver(socket: Socket, chunk: Buffer): void {
  receivers.get(socket)?.received(chunk);
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
