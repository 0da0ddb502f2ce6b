import { join } from "node:path";
import type { DialectName } from "../load/live/dialects.ts";
import { accepts, answers } from "../machine/readiness.ts";
import { ServerProcess } from "../machine/server-process.ts";
import type { Contender as ContenderOf } from "../side-by-side/contender.ts";
import type { Preparations } from "./preparations.ts";

/** One of the servers that are compared, and how it is asked for the same work. */
export interface Contender extends ContenderOf<Preparations> {
  readonly dialect: DialectName;
}

const servers = join(import.meta.dirname, "../servers/live");
/** fourfold as `npm start` starts it: put together in a bundle, with its young generation. */
export const asNpmStart: readonly string[] = [
  "--max-semi-space-size=8",
  "--import",
  join(import.meta.dirname, "../../scripts/start.js"),
];
const listsNotes = answers("/notes", [200]);

/** `dialect`: that of the row. */
export function fourfold(dialect: DialectName, logs: "on" | "off" = "off"): Contender {
  const words = [...asNpmStart, join(servers, "fourfold.ts")];
  return contender("fourfold", dialect, { words, logs, isReady: listsNotes });
}

export function ws(dialect: DialectName, logs: "on" | "off" = "off"): Contender {
  return contender("ws", dialect, { words: [join(servers, "ws.ts")], logs, isReady: listsNotes });
}

export const socketIo: Contender = contender("Socket.IO", "socket.io", {
  words: [join(servers, "socket-io.ts")],
  logs: "off",
  isReady: accepts,
});

export const mercurius: Contender = contender("Mercurius, JIT", "mercurius", {
  words: [join(servers, "mercurius.ts")],
  logs: "off",
  isReady: listsNotes,
});

/** Not a server: what calls cost on Node's sockets, one after the other. */
export const nodeNet: Contender = contender("node:net, nothing parsed", "channel", {
  words: [join(servers, "node-net.ts")],
  logs: "off",
  isReady: accepts,
});

function contender(
  title: string,
  dialect: DialectName,
  {
    words,
    logs,
    isReady,
  }: {
    readonly words: readonly string[];
    readonly logs: "on" | "off";
    readonly isReady: (port: number) => Promise<boolean>;
  },
): Contender {
  return {
    title,
    dialect,
    start: (preparations) =>
      ServerProcess.start({
        command: [process.execPath, ...words],
        environment: { DATABASE: preparations.file(), LOGS: logs },
        isReady,
      }),
  };
}
