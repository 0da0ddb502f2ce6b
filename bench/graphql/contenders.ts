import { join } from "node:path";
import { ServerProcess } from "../machine/server-process.ts";
import type { Source } from "../servers/parts/settings.ts";
import type { Contender as ContenderOf } from "../side-by-side/contender.ts";
import { isServing } from "./checks.ts";
import type { Preparations } from "./preparations.ts";

/** One of the servers that are compared. */
export type Contender = ContenderOf<Preparations>;

const servers = join(import.meta.dirname, "../servers/graphql");

export function fourfold(source: Source): Contender {
  return contender("fourfold", source, ["--conditions=fourfold-source", join(servers, "fourfold.ts")]);
}

/** With its compiler of queries, and from SQLite with DataLoader. */
export function mercurius(source: Source): Contender {
  const title = source === "sqlite" ? "Mercurius, JIT, DataLoader, node:sqlite" : "Mercurius, JIT";
  return contender(title, source, [join(servers, "mercurius.ts")]);
}

/** No server, but what an answer costs at least: bytes that are ready. */
export const readyBytes: Contender = contender("node:net, ready bytes", "memory", [
  join(servers, "floor.ts"),
  "bytes",
]);

/** No servers either, but what the list costs at least: JSON made of objects that are ready, and bytes that are ready. */
export const floors: readonly Contender[] = [
  contender("node:net, JSON.stringify of ready objects", "memory", [join(servers, "floor.ts"), "objects"]),
  readyBytes,
];

export const yoga: Contender = contender("graphql-yoga", "memory", [join(servers, "yoga.ts")]);
export const apollo: Contender = contender("Apollo Server", "memory", [join(servers, "apollo.ts")]);

function contender(title: string, source: Source, words: readonly string[]): Contender {
  return {
    title,
    start: (preparations) =>
      ServerProcess.start({
        command: [process.execPath, ...words],
        environment: { SOURCE: source, DATABASE: preparations.file(), LOGS: "off" },
        isReady: isServing,
      }),
  };
}
