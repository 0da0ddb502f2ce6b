import { httpRequest } from "../load/http-request.ts";
import type { Load } from "../load/load.ts";
import { wrk } from "../load/wrk.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import type { Goal, Target, Work } from "../side-by-side/throughput.ts";
import type { Wanted } from "./asking.ts";
import {
  askingOf,
  type Contender,
  fastify,
  fourfold,
  fourfoldGraphql,
  mercurius,
  postgraphile,
} from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

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

interface Reading {
  readonly name: string;
  readonly title: string;
  readonly wanted: Wanted;
  readonly fourfold: Contender;
  readonly against: readonly Goal<Preparations>[];
}

function reading({ name, title, wanted, fourfold: own, against }: Reading): Work<Preparations> {
  const load = (target: Target<Preparations>): Promise<Load> => askingOf(target.server).load(target, wanted);
  return {
    name,
    title,
    unit: ["request", "requests"],
    fourfold: own,
    against,
    judgedBy: "throughput",
    load,
    warmUp: (target) => untilWarm(load, target, 20_000),
    databaseSeconds: ({ database }) => database.cpuSeconds(),
    check: (server) => askingOf(server).check(server.port, "0190b1c2-0000-7000-8000-00000000abcd", wanted),
  };
}

/** One row by its id. */
export const oneUser: Work<Preparations> = reading({
  name: "get",
  title: "GET /users/{id}, random ids, 64 connections",
  wanted: "columns",
  fourfold,
  against: [
    { peer: fastify, atLeast: 2.5 },
    { peer: postgraphile, atLeast: 3 },
  ],
});

/** One row and ten others that refer to it. */
export const userWithPosts: Work<Preparations> = reading({
  name: "graphql",
  title: "GraphQL: one user and ten posts, random ids, 64 connections",
  wanted: "posts",
  fourfold: fourfoldGraphql,
  against: [
    { peer: postgraphile, atLeast: 3 },
    { peer: mercurius, atLeast: 3 },
  ],
});

const body = JSON.stringify({ name: "Ada Lovelace", email: "ada@example.com" });

async function createUsers({ server, seconds, preparations }: Target<Preparations>): Promise<Load> {
  const paths = preparations.file("create", () => "/users");
  const { requests, seconds: taken } = await wrk({ origin: server.origin, seconds, paths, body });
  return { units: requests, seconds: taken };
}

/** Each is on the disk when it is answered. */
export const creations: Work<Preparations> = {
  name: "create",
  title: "POST /users, durable, 64 connections",
  unit: ["request", "requests"],
  fourfold,
  against: [{ peer: fastify, atLeast: 1 }],
  judgedBy: "throughput",
  load: createUsers,
  warmUp: (target) => untilWarm(createUsers, target, 10_000),
  databaseSeconds: ({ database }) => database.cpuSeconds(),
  check: checkCreation,
};

async function checkCreation({ port }: ServerProcess): Promise<void> {
  const created = await httpRequest({ port, method: "POST", path: "/users", body });
  const { id } = JSON.parse(created.body) as { readonly id: string };
  const read = await httpRequest({ port, method: "GET", path: `/users/${id}` });
  if (created.status !== 201 || read.status !== 200 || read.body !== created.body)
    throw new Error(`Created ${created.status} ${created.body}, read ${read.status} ${read.body}`);
}
