import { h2load } from "../load/h2load.ts";
import { numbersPath } from "../servers/grpc/service.ts";
import type { Goal, Work } from "../side-by-side/throughput.ts";
import { checkNumbers } from "./checks.ts";
import { contenders } from "./contenders.ts";
import { numberAnswer, streamedMessages } from "./messages.ts";
import type { Preparations } from "./preparations.ts";
import { fields } from "./unary.ts";

/** Of a whole stream, with the envelopes. */
const streamBytes = Array.from(
  { length: streamedMessages },
  (_, index) => 5 + numberAnswer(index).length,
).reduce((sum, length) => sum + length);

/** Streams from the server, one at a time on each of eight connections. Messages of streams that the end cuts off count too. */
export function streaming(): Work<Preparations> {
  const { fourfold, grpcJs, connectNode, grpcGo } = contenders("off");
  const shown: Goal<Preparations>[] = [connectNode, grpcGo].flatMap((peer) =>
    peer === null ? [] : [{ peer, atLeast: null }],
  );
  return {
    name: "stream",
    title: `Streams of ${streamedMessages.toLocaleString("en")} small messages, 8 connections × 1 stream`,
    unit: ["message", "messages"],
    fourfold,
    against: [{ peer: grpcJs, atLeast: 4 }, ...shown],
    judgedBy: "throughput",
    load: async ({ server, seconds, preparations }) => {
      const { contentBytes, ...result } = await h2load({
        url: `${server.origin}${numbersPath}`,
        connections: 8,
        streams: 1,
        until: { seconds },
        http: "2",
        content: preparations.numbersCall,
        fields,
      });
      return { ...result, units: (contentBytes / streamBytes) * streamedMessages };
    },
    check: ({ port }) => checkNumbers(port),
  };
}
