import { packageVersion } from "../machine/describe.ts";
import type { Suite } from "../side-by-side/suite.ts";
import { throughputRow } from "../side-by-side/throughput.ts";
import { codec } from "./codec/row.ts";
import { idleReaders } from "./idle-readers.ts";
import { latency } from "./latency.ts";
import { notes } from "./notes.ts";
import { Preparations } from "./preparations.ts";
import { streaming } from "./streaming.ts";
import { goVersion, toolVersions } from "./tools.ts";
import { goClient, oneClient, realClient, unary } from "./unary.ts";

const packages = ["@grpc/grpc-js", "@connectrpc/connect-node", "protobufjs", "@bufbuild/protobuf", "pino"];

/** gRPC beside its peers. */
export const grpc: Suite<Preparations> = {
  name: "grpc",
  title: "Benchmarks: gRPC",
  rows: [
    ...[unary("on"), unary("off"), realClient()].map((work) => throughputRow(work)),
    ...(goVersion === null ? [] : [throughputRow(goClient())]),
    ...[oneClient(), streaming()].map((work) => throughputRow(work)),
    latency,
    idleReaders,
    codec,
  ],
  notes,
  versions: () => [...toolVersions(), ...packages.map(packageVersion)],
  prepare: () => new Preparations(),
};
