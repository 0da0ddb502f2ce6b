import { calls } from "../load/live/loaders.ts";
import type { Work } from "../side-by-side/throughput.ts";
import { type Contender, fourfold, nodeNet, ws } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

/** Calls over one socket, so many under way; `shown`: whom nothing is asked of. */
function work(
  { name, title, underWay }: { readonly name: string; readonly title: string; readonly underWay: number },
  shown: readonly Contender[],
): Work<Preparations> {
  return {
    name,
    title,
    unit: ["call", "calls"],
    fourfold: fourfold("channel", "on"),
    against: [{ peer: ws("channel", "on"), atLeast: 3 }, ...shown.map((peer) => ({ peer, atLeast: null }))],
    judgedBy: "perCpuSecond",
    load: ({ server, seconds, begun }) =>
      calls(server.port, { calls: underWay, seconds }, begun ?? (() => {})),
  };
}

export const pipelinedCalls: Work<Preparations> = work(
  { name: "calls", title: "JSON-RPC getUser over one socket, 64 calls under way, logs on", underWay: 64 },
  [],
);
export const singleCalls: Work<Preparations> = work(
  {
    name: "calls-single",
    title: "JSON-RPC getUser over one socket, one call at a time, logs on",
    underWay: 1,
  },
  [nodeNet],
);
