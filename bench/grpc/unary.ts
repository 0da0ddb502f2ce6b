import { type GrpcClient, grpcCalls, grpcJsClient } from "../load/grpc-calls.ts";
import { h2load } from "../load/h2load.ts";
import type { Load } from "../load/load.ts";
import type { ServerProcess } from "../machine/server-process.ts";
import { getUserPath } from "../servers/grpc/service.ts";
import type { Goal, Target, Work } from "../side-by-side/throughput.ts";
import { checkUser } from "./checks.ts";
import { type Contender, contenders } from "./contenders.ts";
import { userAnswer } from "./messages.ts";
import type { Preparations } from "./preparations.ts";

const calls = ["call", "calls"] as const;
/** The header fields that every call of gRPC has. */
export const fields: readonly string[] = ["content-type: application/grpc", "te: trailers"];
const check = ({ port }: ServerProcess): Promise<void> => checkUser(port);

/** Unary calls by h2load. */
export function unary(logs: "on" | "off"): Work<Preparations> {
  const { fourfold, grpcJs, connectNode, grpcGo, floor } = contenders(logs);
  return {
    name: logs === "on" ? "unary" : "unary-no-logs",
    title: `GetUser from memory, 8 connections × 32 streams, logs ${logs}`,
    unit: calls,
    fourfold,
    against: [
      { peer: grpcJs, atLeast: 7 },
      { peer: connectNode, atLeast: 7 },
      ...(grpcGo === null ? [] : [{ peer: grpcGo, atLeast: 1 }]),
      ...shown(logs === "off" ? [floor] : []),
    ],
    judgedBy: "throughput",
    load: callUser,
    check,
  };
}

/** Unary calls by a real client, which can ask for less than the server can do. */
export function realClient(): Work<Preparations> {
  const load = byClient(8, 32, ({ staticCode }) => grpcJsClient(staticCode));
  return clientRow("client", "@grpc/grpc-js", load);
}

/** The same by a client that asks for more, where there is Go. */
export function goClient(): Work<Preparations> {
  const load = byClient(8, 32, ({ goClient: program }) => ({ command: [program ?? ""] }));
  return clientRow("go-client", "grpc-go", load);
}

function clientRow(name: string, client: string, load: Work<Preparations>["load"]): Work<Preparations> {
  const { fourfold, grpcJs, connectNode, grpcGo, floor } = contenders("on");
  return {
    name,
    title: `GetUser from memory, clients of ${client}, 8 connections × 32 calls, logs on`,
    unit: calls,
    fourfold,
    against: [
      { peer: grpcJs, atLeast: 7 },
      { peer: connectNode, atLeast: 7 },
      ...shown(grpcGo === null ? [floor] : [grpcGo, floor]),
    ],
    judgedBy: "perCpuSecond",
    load,
    warmUp: warmUpFor(load),
    check,
  };
}

/** The same by one client, whose calls come in smaller batches. Nothing is asked for here; it is shown what they cost. */
export function oneClient(): Work<Preparations> {
  const { fourfold, grpcJs, floor } = contenders("on");
  const load = byClient(1, 64, ({ staticCode }) => grpcJsClient(staticCode));
  return {
    name: "one-client",
    title: "GetUser from memory, a client of @grpc/grpc-js, 1 connection × 64 calls, logs on",
    unit: calls,
    fourfold,
    against: shown([grpcJs, floor]),
    judgedBy: "perCpuSecond",
    load,
    warmUp: warmUpFor(load),
    check,
  };
}

function shown(peers: readonly Contender[]): readonly Goal<Preparations>[] {
  return peers.map((peer) => ({ peer, atLeast: null }));
}

/**
 * By a real client alone it would take minutes until the compilers are done with the faster servers; and after h2load alone, they would
 * begin anew with what a real client sends otherwise.
 */
function warmUpFor(load: Work<Preparations>["load"]): (target: Target<Preparations>) => Promise<void> {
  return async (target) => {
    await callUser(target);
    await load(target);
  };
}

function byClient(
  connections: number,
  under: number,
  clientOf: (preparations: Preparations) => GrpcClient,
): Work<Preparations>["load"] {
  return ({ server, seconds, preparations }) =>
    grpcCalls({ port: server.port, connections, calls: under, seconds, client: clientOf(preparations) });
}

/** h2load looks at the status of HTTP alone; what comes is compared by its bytes, for a call that failed has no message. */
export async function callUser({ server, seconds, preparations }: Target<Preparations>): Promise<Load> {
  const result = await h2load({
    url: `${server.origin}${getUserPath}`,
    connections: 8,
    streams: 32,
    until: { seconds },
    http: "2",
    content: preparations.userCall,
    fields,
  });
  if (result.contentBytes < result.units * (5 + userAnswer.length))
    throw new Error(`${server.origin}: ${result.units} calls brought ${result.contentBytes} bytes`);
  return result;
}
