import { type ClientHttp2Session, connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

/** Where the load of the soak goes to, and by which way. */
export interface Target {
  readonly port: number;
  readonly isSecure: boolean;
}

/** What a process of the load is told of it: its first two arguments. */
export function targetOf([port, isSecure]: readonly string[]): Target {
  return { port: Number(port), isSecure: isSecure === "true" };
}

export function argumentsOf({ port, isSecure }: Target): readonly [port: string, isSecure: string] {
  return [String(port), String(isSecure)];
}

const host = "127.0.0.1";
/** The certificate is that of the tests, and who has made it is not what is tested here. */
const unchecked = { rejectUnauthorized: false, servername: "localhost" };

export function openSocket({ port, isSecure }: Target): Socket {
  if (!isSecure) return connect({ port, host, noDelay: true });
  return connectTls({ port, host, ALPNProtocols: ["http/1.1"], ...unchecked }).setNoDelay(true);
}

export function openHttp2({ port, isSecure }: Target): ClientHttp2Session {
  return isSecure
    ? connectHttp2(`https://${host}:${port}`, unchecked)
    : connectHttp2(`http://${host}:${port}`);
}
