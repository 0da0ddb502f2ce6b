import type { RequestHead } from "../exchange.ts";

/** The subprotocols that are spoken, the best first; or who chooses: one of those that are offered, or null for none. */
export type Subprotocols =
  | readonly string[]
  | ((offered: readonly string[], request: RequestHead) => string | null);

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** The subprotocols that a client offers; null where they are malformed or one is named twice (RFC 6455 §4.1). */
export function parseSubprotocols(field: string | undefined): readonly string[] | null {
  if (field === undefined) return [];
  const names = field.split(",").map((name) => name.trim());
  return names.every((name) => token.test(name)) && new Set(names).size === names.length ? names : null;
}

/** The subprotocol to be spoken; null for none. A RangeError for a choice that was not offered. */
export function chooseSubprotocol(
  offered: readonly string[],
  wanted: Subprotocols,
  request: RequestHead,
): string | null {
  if (typeof wanted !== "function") return wanted.find((name) => offered.includes(name)) ?? null;
  const chosen = wanted(offered, request);
  if (chosen !== null && !offered.includes(chosen))
    throw new RangeError(`The subprotocol ${JSON.stringify(chosen)} was not offered`);
  return chosen;
}
