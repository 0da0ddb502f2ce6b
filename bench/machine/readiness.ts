import { once } from "node:events";
import { connect } from "node:net";
import { httpRequest } from "../load/http-request.ts";

/** Whether a server answers a path with one of these statuses. */
export function answers(path: string, statuses: readonly number[]): (port: number) => Promise<boolean> {
  return async (port) => {
    try {
      return statuses.includes((await httpRequest({ port, method: "GET", path })).status);
    } catch {
      return false;
    }
  };
}

/** Whether a server takes connections: for those that speak no HTTP/1.1. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect({ port, host: "127.0.0.1" });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
