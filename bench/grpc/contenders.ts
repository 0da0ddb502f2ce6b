import { join } from "node:path";
import { ServerProcess } from "../machine/server-process.ts";
import type { Contender as ContenderOf } from "../side-by-side/contender.ts";
import { isServing } from "./checks.ts";
import type { Preparations } from "./preparations.ts";
import { goVersion } from "./tools.ts";

/** One of the servers that are compared. */
export type Contender = ContenderOf<Preparations>;

/** The servers of a row. */
export interface Contenders {
  readonly fourfold: Contender;
  readonly grpcJs: Contender;
  readonly connectNode: Contender;
  /** Null where there is no Go. */
  readonly grpcGo: Contender | null;
  /** What Node's sockets cost by themselves. Answers GetUser alone. */
  readonly floor: Contender;
}

const servers = join(import.meta.dirname, "../servers/grpc");

/** All servers, which write two lines a call or none. */
export function contenders(logs: "on" | "off"): Contenders {
  const node = (title: string, words: readonly string[]): Contender => ({
    title,
    start: ({ staticCode }) =>
      ServerProcess.start({
        command: [process.execPath, ...words],
        environment: { LOGS: logs, STATIC_CODE: staticCode },
        isReady: isServing,
      }),
  });
  return {
    fourfold: node("fourfold", ["--conditions=fourfold-source", join(servers, "fourfold.ts")]),
    grpcJs: node("@grpc/grpc-js", [join(servers, "grpc-js.ts")]),
    connectNode: node("connect-node", [join(servers, "connect-node.ts")]),
    grpcGo: goVersion === null ? null : { title: "grpc-go", start: (files) => startGo(files, logs) },
    floor: node("node:net, answers ready at start", [join(servers, "node-net.ts")]),
  };
}

/** One thread for Go's code, on the one core. */
function startGo({ goServer }: Preparations, logs: string): Promise<ServerProcess> {
  return ServerProcess.start({
    command: [goServer ?? ""],
    environment: { LOGS: logs, GOMAXPROCS: "1" },
    isReady: isServing,
  });
}
