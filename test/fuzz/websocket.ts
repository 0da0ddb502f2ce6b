import { isDeepStrictEqual } from "node:util";
import { Random } from "./random.ts";
import { makeStream, mutate, split } from "./websocket-inputs.ts";
import { run } from "./websocket-rig.ts";

/** What came of a run. */
export interface Report {
  readonly cases: number;
  readonly closings: Readonly<Record<string, number>>;
  /** What must not have happened, the case's seed first. */
  readonly failures: readonly string[];
}

/**
 * Gives streams of a client, valid and damaged, to a WebSocket: whole, and in pieces. Both must come to the same, in messages,
 * answers and close codes; nothing may be thrown, and what is sent must be whole frames with nothing behind a close frame.
 */
export function fuzzWebSocket(seed: number, isOver: (cases: number) => boolean): Report {
  const closings: Record<string, number> = {};
  const failures: string[] = [];
  let cases = 0;
  for (; !isOver(cases) && failures.length < 10; cases += 1) {
    const random = new Random(seed + cases);
    const stream = mutate(makeStream(random), random);
    const whole = run([Buffer.from(stream)]);
    const inPieces = run(split(stream, random));
    for (const failure of [...whole.failures, ...inPieces.failures])
      failures.push(`${seed + cases}: ${failure}`);
    if (!isDeepStrictEqual(whole, inPieces)) failures.push(`${seed + cases}: other in pieces`);
    for (const closing of whole.closings) closings[closing] = (closings[closing] ?? 0) + 1;
  }
  return { cases, closings, failures };
}

if (import.meta.main) {
  const seconds = Number(process.argv[2] ?? 30);
  const seed = Number(process.argv[3] ?? Date.now() % 1_000_000_000);
  const until = performance.now() + seconds * 1000;
  const report = fuzzWebSocket(seed, () => performance.now() > until);
  process.stdout.write(`${JSON.stringify({ seed, ...report }, null, 2)}\n`);
  process.exitCode = report.failures.length === 0 ? 0 : 1;
}
