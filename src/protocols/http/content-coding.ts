import { LRUCache } from "lru-cache";
import { type Preference, parsePreferences } from "./preferences.ts";

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
