import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { ServerAddress } from "./pool-settings.ts";

/** Which statement to cancel: that which runs on this connection. */
export interface CancelKey {
  readonly processId: number;
  readonly secretKey: number;
  /** The address that the connection went to, since a name may stand for several servers. */
  readonly remoteAddress: string | null;
}

const cancelCode = 80877102;
const tlsCode = 80877103;

/**
 * Asks the server to cancel what runs on a connection (PostgreSQL, 55.2.8 Canceling Requests in Progress), over a connection
 * of its own. True once the server has closed that one: the signal has been sent by then, and hits nothing that is started
 * later. False when that is not sure within `timeout` milliseconds: it may still come.
 */
export function requestCancel(address: ServerAddress, key: CancelKey, timeout: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = address.host.startsWith("/")
    ? connect(`${address.host}/.s.PGSQL.${address.port}`)
    : connect(address.port, key.remoteAddress ?? address.host);
  let last = socket;
  let asked = false;
  const finish = (sure: boolean): void => {
    clearTimeout(timer);
    resolve(sure);
    last.destroy();
    socket.destroy();
  };
  const timer = setTimeout(() => finish(false), timeout);
  const ask = (stream: Socket): void => {
    last = stream;
    asked = true;
    stream.on("error", () => finish(false));
    stream.on("end", () => finish(true));
    stream.resume();
    stream.write(cancelMessage(key));
  };
  socket.on("error", () => finish(false));
  socket.on("close", () => finish(asked && socket.readableEnded));
  socket.once("connect", () => {
    if (address.tls === null) ask(socket);
    else startTls(socket, address, ask, () => finish(false));
  });
  return promise;
}

function startTls(
  socket: Socket,
  address: ServerAddress,
  ready: (stream: Socket) => void,
  failed: () => void,
): void {
  socket.once("data", (answer) => {
    if (answer.toString("latin1") !== "S") return failed();
    const servername = isIP(address.host) === 0 ? { servername: address.host } : {};
    const secure = connectTls({ ...address.tls, socket, host: address.host, ...servername });
    secure.on("error", failed);
    secure.once("secureConnect", () => ready(secure));
  });
  const request = Buffer.alloc(8);
  request.writeInt32BE(8, 0);
  request.writeInt32BE(tlsCode, 4);
  socket.write(request);
}

function cancelMessage({ processId, secretKey }: CancelKey): Buffer {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(cancelCode, 4);
  message.writeInt32BE(processId, 8);
  message.writeInt32BE(secretKey, 12);
  return message;
}
