import { packageVersion } from "../machine/describe.ts";
import type { Suite } from "../side-by-side/suite.ts";
import { throughputRow } from "../side-by-side/throughput.ts";
import { bombRow } from "./bombs.ts";
import { listMemory } from "./list-memory.ts";
import { notes } from "./notes.ts";
import { Preparations } from "./preparations.ts";
import { toolVersions } from "./tools.ts";
import { allUsers, oneUser } from "./works.ts";

const packages = ["mercurius", "fastify", "graphql-yoga", "@apollo/server", "graphql", "dataloader"];

/** GraphQL beside its peers. */
export const graphql: Suite<Preparations> = {
  name: "graphql",
  title: "Benchmarks: GraphQL",
  rows: [
    ...[
      oneUser("memory"),
      oneUser("sqlite"),
      allUsers("memory"),
      allUsers("turns"),
      allUsers("changing"),
    ].map((work) => throughputRow(work)),
    bombRow,
    listMemory,
  ],
  notes,
  versions: () => [...toolVersions(), ...packages.map(packageVersion)],
  prepare: () => new Preparations(),
};
