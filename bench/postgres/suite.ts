import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { findBinaries } from "../../test-ci/postgres/temporary-postgres.ts";
import { toolVersions } from "../graphql/tools.ts";
import { packageVersion } from "../machine/describe.ts";
import type { Suite } from "../side-by-side/suite.ts";
import { throughputRow } from "../side-by-side/throughput.ts";
import { fourfold } from "./contenders.ts";
import { latency } from "./latency.ts";
import { notes } from "./notes.ts";
import { Preparations } from "./preparations.ts";
import { creations, oneUser, userWithPosts } from "./works.ts";

const packages = ["fastify", "pg", "postgraphile", "mercurius", "graphql", "dataloader"];

/** Rows in PostgreSQL, beside peers on the same rows. */
export const postgres: Suite<Preparations> = {
  name: "postgres",
  title: "Benchmarks: PostgreSQL",
  rows: [throughputRow(oneUser), latency, throughputRow(userWithPosts), throughputRow(creations)],
  notes,
  versions: () => [postgresVersion(), ...toolVersions(), ...packages.map(packageVersion)],
  prepare: () => Preparations.make(fourfold),
};

function postgresVersion(): string {
  const folder = findBinaries();
  if (folder === null) throw new Error("PostgreSQL is not there: apt-get install postgresql");
  const stated = execFileSync(join(folder, "postgres"), ["--version"], { encoding: "utf8" });
  return `PostgreSQL ${/\d[\d.]*/.exec(stated)?.[0] ?? "unknown"}`;
}
