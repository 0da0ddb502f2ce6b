import { h2load } from "../load/h2load.ts";
import { deliveries, echoes } from "../load/websocket.ts";
import { connections, wrk } from "../load/wrk.ts";
import { transferBytes } from "../servers/wire/workload.ts";
import type { Row } from "../side-by-side/row.ts";
import { throughputRow, type Work as WorkOf } from "../side-by-side/throughput.ts";
import { fourfold, nginx, nodeHttp, nodeHttp2, nodeNet, ws } from "./contenders.ts";
import { idleMemory } from "./idle-memory.ts";
import type { Preparations } from "./preparations.ts";

type Work = WorkOf<Preparations>;

const requests = ["request", "requests"] as const;
const mebibytes = transferBytes / 2 ** 20;

const http1Get: Work = {
  name: "h1-get",
  title: `HTTP/1.1 GET, ${connections} connections, small JSON`,
  unit: requests,
  fourfold,
  against: [
    { peer: nodeHttp, atLeast: 1.4 },
    { peer: nginx, atLeast: 0.8 },
  ],
  judgedBy: "throughput",
  load: async ({ server, seconds }) => {
    const { requests: units, ...result } = await wrk({ origin: `${server.origin}/json`, seconds });
    return { units, ...result };
  },
};

const http2Get: Work = {
  name: "h2-get",
  title: "HTTP/2 GET, 8 connections × 32 streams, small JSON",
  unit: requests,
  fourfold,
  against: [{ peer: nodeHttp2, atLeast: 3 }],
  judgedBy: "throughput",
  load: ({ server, seconds }) =>
    h2load({ url: `${server.origin}/json`, connections: 8, streams: 32, until: { seconds }, http: "2" }),
};

function http2Post(streams: number): Work {
  return {
    name: `h2-post-${streams}`,
    title: `HTTP/2 POST with trailers, 8 connections × ${streams} streams`,
    unit: requests,
    fourfold,
    against: [{ peer: nodeHttp2, atLeast: 5 }],
    judgedBy: "throughput",
    load: ({ server, seconds, preparations }) =>
      h2load({
        url: `${server.origin}/unary`,
        connections: 8,
        streams,
        until: { seconds },
        http: "2",
        content: preparations.message,
        fields: ["content-type: application/grpc", "te: trailers"],
      }),
  };
}

const webSocketEcho: Work = {
  name: "ws-echo",
  title: "WebSocket echo, 64 connections, 64 bytes of text",
  unit: ["message", "messages"],
  fourfold,
  against: [
    { peer: ws, atLeast: 1.5 },
    { peer: nodeNet, atLeast: null },
  ],
  judgedBy: "perCpuSecond",
  load: ({ server, seconds }) => echoes(server.port, 64, seconds),
};

const webSocketBroadcast: Work = {
  name: "ws-broadcast",
  title: "WebSocket broadcast, 400 receivers, 120 bytes of text, bursts of 10",
  unit: ["delivery", "deliveries"],
  fourfold,
  against: [{ peer: ws, atLeast: 6 }],
  judgedBy: "perCpuSecond",
  load: ({ server, seconds }) => deliveries(server.port, { receivers: 400, burst: 10 }, seconds),
};

/** Four transfers at a time, each on its own connection. A round is of a fixed number: one that is cut off would not count. */
function transfer(direction: "up" | "down", http: "1.1" | "2"): Work {
  return {
    name: `h${http === "2" ? 2 : 1}-${direction}`,
    title: `Body of ${mebibytes} MiB ${direction}, HTTP/${http}`,
    unit: ["MiB", "MiB"],
    fourfold,
    against: [{ peer: http === "2" ? nodeHttp2 : nodeHttp, atLeast: 1 }],
    judgedBy: "throughput",
    load: async ({ server, seconds, preparations }) => {
      const isUpload = direction === "up";
      const { units, ...result } = await h2load({
        url: `${server.origin}/${isUpload ? "upload" : "download"}`,
        connections: 4,
        streams: 1,
        until: { requests: 4 * Math.ceil(seconds * 1.5) },
        http,
        ...(isUpload ? { content: preparations.content } : {}),
      });
      return { units: units * mebibytes, ...result };
    },
  };
}

/** In the order of the page. */
export const rows: readonly Row<Preparations>[] = [
  ...[http1Get, http2Get, http2Post(32), http2Post(100), webSocketEcho, webSocketBroadcast].map((work) =>
    throughputRow(work),
  ),
  ...[transfer("up", "1.1"), transfer("down", "1.1"), transfer("up", "2"), transfer("down", "2")].map(
    (work) => throughputRow(work),
  ),
  idleMemory,
];
