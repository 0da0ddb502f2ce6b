import type { Load } from "../load/load.ts";
import { wrkBodies } from "../load/wrk-bodies.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import type { Source } from "../servers/parts/settings.ts";
import type { Goal, Target, Work } from "../side-by-side/throughput.ts";
import { checkUser, checkUsers, idsOf } from "./checks.ts";
import { apollo, floors, fourfold, mercurius, readyBytes, yoga } from "./contenders.ts";
import { getUser, listUsers, toBody } from "./documents.ts";
import type { Preparations } from "./preparations.ts";

/** One user and its posts, of a thousand in turn. */
export function oneUser(source: Source): Work<Preparations> {
  const ids = new Map<ServerProcess, readonly string[]>();
  const files = new Map<ServerProcess, string>();
  const idsAt = async (server: ServerProcess): Promise<readonly string[]> => {
    const known = ids.get(server) ?? (await idsOf(server.port));
    ids.set(server, known);
    return known;
  };
  const load = async ({ server, seconds, preparations }: Target<Preparations>): Promise<Load> => {
    const bodies =
      files.get(server) ?? preparations.lines((await idsAt(server)).map((id) => toBody(getUser, { id })));
    files.set(server, bodies);
    const { requests, seconds: taken } = await wrkBodies({
      url: `${server.origin}/graphql`,
      seconds,
      connections: 64,
      bodies,
    });
    return { units: requests, seconds: taken };
  };
  return {
    name: source,
    title: `One user and ten posts from ${source === "memory" ? "memory" : "SQLite"}, 64 connections`,
    unit: ["request", "requests"],
    fourfold: fourfold(source),
    against: peers(source),
    judgedBy: "throughput",
    load,
    warmUp: (target) => untilWarm(load, target, 15_000),
    check: async (server) => {
      for (const id of (await idsAt(server)).slice(0, 3)) await checkUser(server.port, id);
    },
  };
}

function peers(source: Source): readonly Goal<Preparations>[] {
  if (source === "sqlite") return [{ peer: mercurius("sqlite"), atLeast: 3 }];
  return [
    { peer: mercurius("memory"), atLeast: 3 },
    { peer: yoga, atLeast: 8 },
    { peer: apollo, atLeast: 8 },
    { peer: readyBytes, atLeast: null },
  ];
}

/** On a busy machine seconds say little of how often a server was asked: until its compilers are done, or a quarter of a minute. */
async function untilWarm(
  load: Work<Preparations>["load"],
  target: Target<Preparations>,
  units: number,
): Promise<void> {
  const end = performance.now() + 15_000;
  for (let done = 0; done < units && performance.now() < end; )
    done += (await load({ ...target, seconds: 2 })).units;
}

async function loadAll({ server, seconds, preparations }: Target<Preparations>): Promise<Load> {
  const bodies = preparations.lines([toBody(listUsers)]);
  const url = `${server.origin}/graphql`;
  const { bytes, seconds: taken } = await wrkBodies({ url, seconds, connections: 8, bodies });
  return { units: bytes / 1e6, seconds: taken };
}

/** Which rows a list of a thousand users with ten posts each has, from one answer to the next. */
const lists = {
  memory: { name: "list", rows: "the same each time" },
  turns: { name: "list-turns", rows: "three lists in turn" },
  changing: { name: "list-changing", rows: "other values each time" },
} as const;

export function allUsers(source: keyof typeof lists): Work<Preparations> {
  const { name, rows } = lists[source];
  return {
    name,
    title: `A thousand users with ten posts each from memory, ${rows}, 8 connections`,
    unit: ["MB", "MB"],
    fourfold: fourfold(source),
    against: [
      { peer: mercurius(source), atLeast: 3 },
      ...(source === "changing" ? floors.map((peer) => ({ peer, atLeast: null })) : []),
    ],
    judgedBy: "perCpuSecond",
    load: loadAll,
    warmUp: (target) => untilWarm(loadAll, target, 400),
    check: ({ port }) => checkUsers(port),
  };
}
