import { LRUCache } from "lru-cache";
import { mediaWeight, type Preference, parsePreferences } from "../http/preferences.ts";

/** What a caller takes: whether JSON may answer it, and whether its errors shall be Problem Details (RFC 9457). */
export interface Acceptance {
  readonly json: boolean;
  readonly problem: boolean;
  /** Whether a stream of events may answer it. */
  readonly events: boolean;
}

/** Callers send few different values: what they mean is kept. */
const kept = new LRUCache<string, Acceptance>({ max: 256 });

const anything: Acceptance = { json: true, problem: false, events: true };

/** What was read last: on one connection, and mostly on all, it is the same again. */
let last = { accept: "*/*", acceptance: anything };

/** Reads `Accept` (RFC 9110 §12.5.1). Absent, it takes anything. */
export function acceptance(accept: string | undefined): Acceptance {
  if (accept === undefined) return anything;
  if (accept !== last.accept) last = { accept, acceptance: keptAcceptance(accept) };
  return last.acceptance;
}

function keptAcceptance(accept: string): Acceptance {
  const known = kept.get(accept);
  if (known !== undefined) return known;
  const read = readAcceptance(parsePreferences(accept));
  kept.set(accept, read);
  return read;
}

function readAcceptance(preferences: readonly Preference[]): Acceptance {
  const json = mediaWeight(preferences, "application/json");
  const problem = mediaWeight(preferences, "application/problem+json");
  const named = preferences.some(({ name, weight }) => name === "application/problem+json" && weight > 0);
  // Who names Problem Details alone still gets answers as JSON: it is about errors only.
  const events = mediaWeight(preferences, "text/event-stream") > 0;
  return { json: json > 0 || named, problem: named && problem >= json, events };
}
