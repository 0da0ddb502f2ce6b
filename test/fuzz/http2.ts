import { isDeepStrictEqual } from "node:util";
import { types } from "../net/attacks/frames.ts";
import { damage, makeConnection, pieces } from "./http2-inputs.ts";
import { Http2Rig } from "./http2-rig.ts";
import { Random } from "./random.ts";

/** What came of a run. */
export interface Report {
  readonly cases: number;
  /** Connections that the server ended. */
  readonly ended: number;
  /** Requests that it understood. */
  readonly requests: number;
  /** What must not have happened, the case's seed first. */
  readonly failures: readonly string[];
}

/**
 * Gives connections of a client, valid and damaged, to a server: whole, and in pieces. A valid one is served
 * to its end, and both ways alike; what is sent must
 * be whole frames in order, nothing may be thrown, and no connection stays behind.
 */
export async function fuzzHttp2(seed: number, isOver: (cases: number) => boolean): Promise<Report> {
  const rig = new Http2Rig();
  const failures: string[] = [];
  let [cases, ended, requests] = [0, 0, 0];
  for (; !isOver(cases) && failures.length < 10; cases += 1) {
    const random = new Random(seed + cases);
    const connection = makeConnection(random);
    const isDamaged = random.chance(0.8);
    const bytes = isDamaged ? damage(connection, random) : Buffer.concat(connection);
    const whole = await rig.outcomeOf([Buffer.from(bytes)]);
    const inPieces = await rig.outcomeOf(pieces(bytes, random));
    for (const failure of [...whole.failures, ...inPieces.failures])
      failures.push(`${seed + cases}: ${failure}`);
    if (!isDamaged && (whole.code !== null || inPieces.code !== null))
      failures.push(`${seed + cases}: a valid connection was ended (${whole.code}, ${inPieces.code})`);
    const isSame = isDeepStrictEqual(whole.requests, inPieces.requests);
    // What is reset in the same read as it was opened is not begun.
    if (!isDamaged && !isSame && !connection.some((bytes) => bytes[3] === types.reset))
      failures.push(`${seed + cases}: other requests in pieces`);
    ended += whole.code === null ? 0 : 1;
    requests += whole.requests.length;
  }
  await rig.close();
  return { cases, ended, requests, failures };
}

if (import.meta.main) {
  const seconds = Number(process.argv[2] ?? 30);
  const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
  const until = performance.now() + seconds * 1000;
  const report = await fuzzHttp2(seed, () => performance.now() > until);
  const resident = Math.round(process.memoryUsage().rss / 2 ** 20);
  process.stdout.write(`${JSON.stringify({ seed, ...report, residentMiB: resident }, null, 2)}\n`);
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}
