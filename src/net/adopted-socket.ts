import { Socket } from "node:net";
import { ownBuffer, sharedBuffer, sharedRead, takeWereKept } from "./read-buffer.ts";
import { deliver } from "./socket-events.ts";

/**
 * The same connection as a socket that reads into a buffer of ours (`onread` of `net.Socket`), where Node otherwise makes a new
 * one of 64 KiB for each read and cuts it down: that takes 1.5 of the 6.5 µs which a small request costs beside the system
 * calls. Node offers this to clients only; a server's socket must give up its handle for it, which no public interface
 * provides for. Where there is none of the expected form, the socket is returned as it is. It must not have been read from
 * (`pauseOnConnect`).
 */
export function adopt(socket: Socket, highWaterMark: number): Socket {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle !== "object" || handle === null || !("useUserBuffer" in handle)) return socket;
  const options: object = {
    handle,
    highWaterMark,
    allowHalfOpen: true,
    onread: { buffer: nextBuffer, callback: pass },
  };
  next = sharedBuffer;
  const adopted = new Socket(options);
  Reflect.set(socket, "_handle", null);
  return adopted;
}

/** The buffer that {@link nextBuffer} hands out; null for no other than before. */
let next: Buffer | null = null;

/** Node asks for a socket's first buffer when it is made, and for the next one after each read. */
function nextBuffer(): Buffer | null {
  const buffer = next;
  next = null;
  return buffer;
}

/** Takes what was read; Node calls it as a method of the socket. */
function pass(this: unknown, length: number, bytes: Uint8Array): boolean {
  takeWereKept();
  // It is the very object that was handed out; to ask for its memory would take V8 longer than all the rest here.
  const isShared = bytes === sharedBuffer;
  if (this instanceof Socket) deliver(this, isShared ? sharedRead(length) : viewOf(bytes, length));
  if (takeWereKept() && length === bytes.length) next = ownBuffer();
  else if (!isShared) next = sharedBuffer;
  return true;
}

function viewOf(bytes: Uint8Array, length: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, length);
}
