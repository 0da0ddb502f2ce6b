import { deliveries } from "../load/live/loaders.ts";
import type { Target, Work } from "../side-by-side/throughput.ts";
import { type Contender, fourfold, mercurius, socketIo, ws } from "./contenders.ts";
import type { Preparations } from "./preparations.ts";

/** Deliveries of what one publishes to many. */
interface Audience {
  readonly name: string;
  readonly title: string;
  readonly receivers: number;
  /** Messages that are published together, when all have got those before. */
  readonly burst: number;
  readonly fourfold: Contender;
  /** How many times the peer's figure is asked for; null for a peer that is only shown. */
  readonly against: readonly (readonly [peer: Contender, atLeast: number | null])[];
}

function audience({ receivers, burst, against, ...named }: Audience): Work<Preparations> {
  const contenders = [named.fourfold, ...against.map(([peer]) => peer)];
  /** Loads know the server that they go to by its process. */
  const dialects = new Map<Target<Preparations>["server"], Contender>();
  const known = contenders.map((contender) => ({
    ...contender,
    start: async (preparations: Preparations) => {
      const server = await contender.start(preparations);
      dialects.set(server, contender);
      return server;
    },
  }));
  const [ours, ...peers] = known;
  if (ours === undefined) throw new Error("There is nobody");
  return {
    ...named,
    unit: ["delivery", "deliveries"],
    fourfold: ours,
    against: peers.map((peer, index) => ({ peer, atLeast: against[index]?.[1] ?? null })),
    judgedBy: "perCpuSecond",
    load: ({ server, seconds, begun }) => {
      const dialect = dialects.get(server)?.dialect ?? "channel";
      return deliveries({ port: server.port, dialect, receivers }, { burst, seconds }, begun ?? (() => {}));
    },
  };
}

/** A channel, as an application declares it. */
export const channel: Work<Preparations> = audience({
  name: "channel",
  title: "A channel's messages to 1,000 receivers, bursts of 10",
  receivers: 1_000,
  burst: 10,
  fourfold: fourfold("channel"),
  against: [
    [ws("channel"), 6],
    [socketIo, 10],
  ],
});

/** The same where there is nothing to join: the floor is a system call a delivery. */
export const channelSingle: Work<Preparations> = audience({
  name: "channel-single",
  title: "A channel's messages to 1,000 receivers, one at a time",
  receivers: 1_000,
  burst: 1,
  fourfold: fourfold("channel"),
  against: [
    [ws("channel"), null],
    [socketIo, null],
  ],
});

/** Watches of one resource, each by a socket of its own. */
export const watches: Work<Preparations> = audience({
  name: "watch",
  title: "Changes of one resource to 10,000 watches, one at a time",
  receivers: 10_000,
  burst: 1,
  fourfold: fourfold("watch"),
  against: [[ws("watch"), null]],
});

/** Subscriptions of one resource, with the same selection. */
export const subscriptions: Work<Preparations> = audience({
  name: "graphql",
  title: "Events to 1,000 GraphQL subscriptions on one topic, bursts of 10",
  receivers: 1_000,
  burst: 10,
  fourfold: fourfold("graphql"),
  against: [[mercurius, 4]],
});
