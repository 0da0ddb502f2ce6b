import { packageVersion } from "../machine/describe.ts";
import type { Suite } from "../side-by-side/suite.ts";
import { throughputRow } from "../side-by-side/throughput.ts";
import { channel, channelSingle, subscriptions, watches } from "./audiences.ts";
import { pipelinedCalls, singleCalls } from "./calls.ts";
import { channelDelays } from "./channel-delays.ts";
import { commitDelay } from "./commit-delay.ts";
import { clientMemory } from "./memory.ts";
import { notes } from "./notes.ts";
import { Preparations } from "./preparations.ts";

const packages = ["ws", "socket.io", "mercurius", "ajv", "pino"];

/** WebSockets with all that stands on them, beside its peers. */
export const live: Suite<Preparations> = {
  name: "live",
  title: "Benchmarks: live updates",
  rows: [
    throughputRow(channel),
    throughputRow(channelSingle),
    channelDelays,
    throughputRow(pipelinedCalls),
    throughputRow(singleCalls),
    throughputRow(watches),
    throughputRow(subscriptions),
    commitDelay,
    clientMemory,
  ],
  notes,
  versions: () => packages.map(packageVersion),
  prepare: () => new Preparations(),
};
