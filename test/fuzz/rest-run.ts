import { connect } from "node:net";
import { startTest } from "../../src/testing/index.ts";
import { zoo } from "../wire/zoo.ts";
import { fuzzedRequest, Random } from "./rest-requests.ts";

/** How a run of fuzzed requests ended. */
export interface FuzzReport {
  readonly seed: number;
  readonly requests: number;
  /** Answers by status; 0 for none. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Requests that were answered as none may be, with their number (the seed repeats them). */
  readonly failures: readonly string[];
  /** Connections that the server still has open, its own one aside. */
  readonly leaked: number;
}

/** Requests under way at a time. */
const atOnce = 32;

/**
 * 501 and 505 are what RFC 9110 has for methods, transfer codings and versions that nobody knows. Every other 5xx would say
 * that the server has failed, and no request may bring that about.
 */
const allowed: ReadonlySet<number> = new Set([501, 505]);

/** Sends fuzzed requests at a server with every kind of field, each on a connection of its own. */
export async function fuzzRest(requests: number, seed: number): Promise<FuzzReport> {
  await using server = await startTest(zoo, {
    limits: { headerMs: 1000, bodyMs: 1000, firstByteMs: 1000, idleMs: 1000, sweepMs: 100 },
  });
  const statuses = new Map<number, number>();
  const failures: string[] = [];
  const crash = (thrown: unknown): void =>
    void failures.push(`crash: ${thrown instanceof Error ? thrown.stack : thrown}`);
  process.on("uncaughtException", crash);
  process.on("unhandledRejection", crash);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let number = next++; number < requests && failures.length < 20; number = next++) {
      const bytes = fuzzedRequest(new Random(seed + number));
      for (const status of await send(server.port, bytes)) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status >= 500 && !allowed.has(status))
          failures.push(`request ${number} got ${status}: ${bytes.toString("latin1").slice(0, 400)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const leaked = await openConnections(server);
  process.off("uncaughtException", crash);
  process.off("unhandledRejection", crash);
  return { seed, requests, statuses, failures, leaked };
}

/** The statuses of all answers on one connection; 0 where there was none. */
function send(port: number, bytes: Buffer): Promise<readonly number[]> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1");
    socket.setEncoding("latin1");
    socket.on("data", (part) => {
      // Documents are long, and only heads matter.
      if (answer.length < 100_000) answer += part;
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      const found = [...answer.matchAll(/HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/g)].map((match) => Number(match[1]));
      resolve(found.length === 0 ? [0] : found);
    });
    socket.end(bytes);
  });
}

/** Connections that stay open although nobody is there any more. */
async function openConnections(server: {
  request(line: string): Promise<{ readonly text: string }>;
}): Promise<number> {
  let open = 0;
  for (let tries = 0; tries < 50; tries++) {
    const { text } = await server.request("GET /metrics");
    open = Number(/^fourfold_connections (\d+)$/m.exec(text)?.[1]) - 1;
    if (open === 0) return 0;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return open;
}
