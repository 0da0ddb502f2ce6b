import { setTimeout as pause } from "node:timers/promises";
import { BusySession } from "./busy-session.ts";
import { type MemorySample, type MemoryTrend, trendOf } from "./memory-record.ts";
import { type Drained, SoakServer } from "./server-process.ts";
import { readSlowlyByHttp1, readSlowlyByHttp2, type SlowReader } from "./slow-reader.ts";
import { WebSocketPeer } from "./websocket-peer.ts";

/** What is open at the same time. */
export interface SoakOptions {
  readonly seconds: number;
  readonly idleWebSockets: number;
  readonly busySessions: number;
  readonly drainMs: number;
}

/** Descriptors that each of the two processes needs. */
export function descriptorsFor({ idleWebSockets, busySessions }: SoakOptions): number {
  return idleWebSockets + busySessions + 100;
}

/** Everything that came of it. */
export interface SoakReport {
  readonly webSockets: readonly WebSocketPeer[];
  readonly sessions: readonly BusySession[];
  readonly slowReaders: readonly SlowReader[];
  /** Before the server was asked to drain: who was there no more, and what each slow reader had taken. */
  readonly goneEarly: number;
  readonly takenSlowly: readonly number[];
  readonly memory: MemoryTrend;
  readonly drained: Drained;
  /** Downloads that the server has given up. */
  readonly downloadsEnded: number;
  /** Codes of what the server refused until it was asked to drain, and how often. */
  readonly rejected: ReadonlyMap<string, number>;
  readonly exitCode: number | null;
}

const sampleEveryMs = 500;
/** In which every connection that pings has pinged once. */
const pingRoundMs = 5_000;

/** Everything at once for a while, and then the server drains with all of it in flight. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const server = new SoakServer();
  try {
    const port = await server.listening();
    const webSockets = await openWebSockets(port, options.idleWebSockets);
    const sessions = Array.from({ length: options.busySessions }, () => new BusySession(port));
    const slowReaders = [await readSlowlyByHttp1(port), readSlowlyByHttp2(port)];
    const quick = [...webSockets, ...sessions];
    const everyone = [...quick, ...slowReaders];
    const samples = await watch(server, webSockets, options.seconds);
    const goneEarly = everyone.filter(({ isGone }) => isGone).length;
    const takenSlowly = slowReaders.map(({ check }) => check.received);
    const rejected = new Map(server.rejected);
    const drained = await server.drain(options.drainMs);
    const exitCode = await server.exitCode(2_000);
    // Not the slow readers: they have not even read all that had come by then.
    await until(() => quick.every(({ isGone }) => isGone));
    for (const peer of everyone) peer.destroy();
    const memory = trendOf(samples);
    const { downloadsEnded } = server;
    return {
      ...{ webSockets, sessions, slowReaders, goneEarly, takenSlowly },
      ...{ memory, drained, downloadsEnded, rejected, exitCode },
    };
  } finally {
    server.kill();
  }
}

/** A hundred at a time: more would overflow the queue of a listening socket. */
async function openWebSockets(port: number, count: number): Promise<readonly WebSocketPeer[]> {
  const peers: WebSocketPeer[] = [];
  while (peers.length < count) {
    const batch = Array.from(
      { length: Math.min(100, count - peers.length) },
      () => new WebSocketPeer(port, "/idle"),
    );
    await Promise.all(batch.map(({ opened }) => opened));
    peers.push(...batch);
  }
  return peers;
}

/** Every other WebSocket sends pings, in turn; the others stay silent until the server asks. */
async function watch(
  server: SoakServer,
  webSockets: readonly WebSocketPeer[],
  seconds: number,
): Promise<readonly MemorySample[]> {
  const talking = webSockets.filter((_, index) => index % 2 === 0);
  const samples: MemorySample[] = [];
  const startedAt = performance.now();
  let pinged = 0;
  while (performance.now() - startedAt < seconds * 1000) {
    await pause(sampleEveryMs);
    const due = ((performance.now() - startedAt) / pingRoundMs) * talking.length;
    for (; pinged < due; pinged++) talking[pinged % talking.length]?.ping();
    samples.push(await server.memory());
  }
  await until(() => talking.every(({ awaited }) => awaited === 0));
  return samples;
}

/** Waits for what must be so soon; where it does not become so, the report shows it. */
async function until(isSo: () => boolean): Promise<void> {
  for (let waited = 0; waited < 40 && !isSo(); waited++) await pause(50);
}
