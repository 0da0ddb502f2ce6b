import { Socket } from "node:net";
import { deliver } from "./socket-events.ts";

/** What one read of a socket takes at most. */
const READ_BYTES = 64 * 1024;
/** One for all sockets: what is read is used up, or copied, before the next read. */
const buffer = Buffer.allocUnsafeSlow(READ_BYTES);

/**
 * The same connection as a socket that reads into one buffer (`onread` of `net.Socket`), where Node otherwise makes a new one of
 * 64 KiB for each read and cuts it down: that costs 2 of 12 µs that a small request takes. Node offers this to clients only; a
 * server's socket must give up its handle for it, which no public interface provides for. Where there is none of the expected
 * form, the socket is returned as it is. `socket` must not have been read from (`pauseOnConnect`).
 */
export function adopt(socket: Socket, highWaterMark: number): Socket {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle !== "object" || handle === null || !("useUserBuffer" in handle)) return socket;
  const internals: object = { handle, highWaterMark };
  const adopted = new Socket({
    ...internals,
    allowHalfOpen: true,
    onread: { buffer, callback: pass },
  });
  Reflect.set(socket, "_handle", null);
  return adopted;
}

/** Node calls it as a method of the socket. */
function pass(this: unknown, length: number, bytes: Uint8Array): boolean {
  if (this instanceof Socket) deliver(this, Buffer.from(bytes.buffer, bytes.byteOffset, length));
  return true;
}
