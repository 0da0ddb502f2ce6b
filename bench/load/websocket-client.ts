import { connect, type Socket } from "node:net";

/** Bytes that have come, of frames alone. They are overwritten after the call. */
export type ReceiveBytes = (bytes: Buffer, socket: Socket) => void;

/** One for all connections of a process: libuv fills it and calls, one connection after the other. */
const input = Buffer.alloc(256 * 1024);

const handshake = (port: number, path: string, subprotocol: string | null): string =>
  [
    `GET ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "connection: upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
    ...(subprotocol === null ? [] : [`sec-websocket-protocol: ${subprotocol}`]),
    "\r\n",
  ].join("\r\n");

/** The answer to the key above (RFC 6455 §1.3). */
const accepted = /^HTTP\/1\.1 101 [\s\S]*\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i;

/**
 * Opens a WebSocket on a raw socket. Resolves after the handshake; ends the process when the connection is refused or lost,
 * for then there is nothing to measure.
 */
export function openWebSocket(
  port: number,
  path: string,
  receive: ReceiveBytes,
  subprotocol: string | null = null,
): Promise<Socket> {
  const { promise, resolve } = Promise.withResolvers<Socket>();
  let head: string | null = "";
  const socket = connect({
    port,
    host: "127.0.0.1",
    noDelay: true,
    onread: {
      buffer: input,
      callback: (count) => {
        if (head === null) receive(input.subarray(0, count), socket);
        else {
          head += input.toString("latin1", 0, count);
          const end = head.indexOf("\r\n\r\n") + 4;
          if (end < 4) return true;
          if (!accepted.test(head)) fail(head);
          const rest = Buffer.from(head.slice(end), "latin1");
          head = null;
          resolve(socket);
          if (rest.length > 0) receive(rest, socket);
        }
        return true;
      },
    },
  });
  socket.write(handshake(port, path, subprotocol));
  socket.on("close", () => fail("The server has closed a connection"));
  socket.on("error", (error) => fail(error.message));
  return promise;
}

/** Opens many, a hundred at a time: more would overflow the queue of a listening socket. */
export async function openWebSockets(
  count: number,
  open: (index: number) => Promise<Socket>,
): Promise<readonly Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < count) {
    const batch = Math.min(100, count - sockets.length);
    sockets.push(
      ...(await Promise.all(Array.from({ length: batch }, (_, index) => open(sockets.length + index)))),
    );
  }
  return sockets;
}

/** Writes a load's result as JSON, or says on standard error why there is none, and ends the process. */
export function report(result: object): void {
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}

export function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
