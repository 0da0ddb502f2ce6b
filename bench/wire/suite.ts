import { packageVersion } from "../machine/describe.ts";
import type { Suite } from "../side-by-side/suite.ts";
import { notes } from "./notes.ts";
import { Preparations } from "./preparations.ts";
import { rows } from "./rows.ts";
import { toolVersions } from "./tools.ts";

/** `fourfold/net` beside its peers. */
export const wire: Suite<Preparations> = {
  name: "wire",
  title: "Benchmarks: the wire",
  rows,
  notes,
  versions: () => [...toolVersions(), packageVersion("ws")],
  prepare: () => new Preparations(),
};
