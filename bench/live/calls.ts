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
    warmUp: ({ server }) => untilWarm(server.port),
  };
}

/** On a busy machine seconds say little of how often a server was asked: until its compilers are done, or a quarter of a minute. */
async function untilWarm(port: number): Promise<void> {
  const end = performance.now() + 15_000;
  for (let done = 0; done < 200_000 && performance.now() < end; )
    done += (await calls(port, { calls: 128, seconds: 1 }, () => {})).units;
}

export const pipelinedCalls: Work<Preparations> = work(
  { name: "calls", title: "JSON-RPC getUser over one socket, 128 calls under way, logs on", underWay: 128 },
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
