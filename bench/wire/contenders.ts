import { join } from "node:path";
import { accepts, answers } from "../machine/readiness.ts";
import { ServerProcess } from "../machine/server-process.ts";
import { json } from "../servers/wire/workload.ts";
import type { Contender as ContenderOf } from "../side-by-side/contender.ts";
import type { Preparations } from "./preparations.ts";

/** One of the servers that are compared. */
export type Contender = ContenderOf<Preparations>;

const servers = join(import.meta.dirname, "../servers/wire");

export const fourfold: Contender = {
  title: "fourfold",
  start: () =>
    startNode(
      ["--conditions=fourfold-source", "--expose-gc", join(servers, "fourfold.ts")],
      answers("/json", [200]),
    ),
};

export const nodeHttp: Contender = {
  title: "node:http",
  start: () => startNode([join(servers, "node-http.ts")], answers("/json", [200])),
};

export const nodeHttp2: Contender = {
  title: "node:http2",
  start: () => startNode([join(servers, "node-http2.ts")], accepts),
};

export const ws: Contender = {
  title: "ws",
  start: () => startNode(["--expose-gc", join(servers, "ws.ts")], answers("/settle", [200])),
};

/** Not a server: what echoes cost on Node's sockets, without a WebSocket. */
export const nodeNet: Contender = {
  title: "node:net, nothing parsed",
  start: () => startNode([join(servers, "node-net.ts")], accepts),
};

export const nginx: Contender = {
  title: "nginx",
  start: ({ directory }) =>
    ServerProcess.start({
      command: ["sh", join(servers, "nginx.sh")],
      environment: { DIRECTORY: directory, JSON: json },
      isReady: answers("/json", [200]),
    }),
};

function startNode(
  words: readonly string[],
  isReady: (port: number) => Promise<boolean>,
): Promise<ServerProcess> {
  return ServerProcess.start({ command: [process.execPath, ...words], environment: {}, isReady });
}
