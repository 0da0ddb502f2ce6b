import { LRUCache } from "lru-cache";

/** One member of an `Accept` or `Accept-Encoding` list (RFC 9110 §12.4.2). */
interface Preference {
  readonly name: string;
  /** From 0 (not acceptable) to 1. */
  readonly weight: number;
}

/** What a caller takes: whether JSON may answer it, and whether its errors shall be Problem Details (RFC 9457). */
export interface Acceptance {
  readonly json: boolean;
  readonly problem: boolean;
}

/** Callers send few different values: what they mean is kept. */
const kept = new LRUCache<string, Acceptance>({ max: 256 });

const anything: Acceptance = { json: true, problem: false };

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
  return { json: json > 0 || named, problem: named && problem >= json };
}

function mediaWeight(preferences: readonly Preference[], type: string): number {
  const [main] = type.split("/");
  for (const name of [type, `${main}/*`, "*/*"]) {
    const found = preferences.find((preference) => preference.name === name);
    if (found !== undefined) return found.weight;
  }
  return 0;
}

/** Parses a weighted list. Members that make no sense are left out. */
export function parsePreferences(list: string): readonly Preference[] {
  return list.split(",").flatMap((member) => {
    const [name = "", ...parameters] = member.split(";").map((part) => part.trim());
    const stated = parameters.find((parameter) => /^q=/i.test(parameter));
    const weight = stated === undefined ? 1 : Number(stated.slice(2));
    return name === "" || !(weight >= 0 && weight <= 1) ? [] : [{ name: name.toLowerCase(), weight }];
  });
}

/** The coding of an answer: the one that the caller likes best of those we have; ours go first among equals. */
export type Coding = "br" | "gzip";

const codings: readonly Coding[] = ["br", "gzip"];
const keptCodings = new LRUCache<string, { readonly coding: Coding | null }>({ max: 256 });

/** Reads `Accept-Encoding` (RFC 9110 §12.5.3); null where the answer goes as it is. */
export function acceptedCoding(accepted: string | undefined): Coding | null {
  if (accepted === undefined) return null;
  const known = keptCodings.get(accepted);
  if (known !== undefined) return known.coding;
  const coding = chooseCoding(parsePreferences(accepted));
  keptCodings.set(accepted, { coding });
  return coding;
}

function chooseCoding(preferences: readonly Preference[]): Coding | null {
  const weightOf = (name: string): number | undefined =>
    preferences.find((each) => each.name === name)?.weight;
  const any = weightOf("*") ?? 0;
  const identity = weightOf("identity") ?? 0;
  let best: { coding: Coding; weight: number } | null = null;
  for (const coding of codings) {
    const weight = weightOf(coding) ?? any;
    if (weight > 0 && weight >= identity && (best === null || weight > best.weight))
      best = { coding, weight };
  }
  return best?.coding ?? null;
}
