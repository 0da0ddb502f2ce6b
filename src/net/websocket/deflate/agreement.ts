import type { ExtensionOffer } from "./extension-offers.ts";

/** How an application wants messages compressed (RFC 7692). */
export interface DeflateOptions {
  /** Messages of fewer bytes are sent as they are. 1024 if absent. */
  readonly threshold?: number;
  /** From 1, fast, to 9, small; 3 if absent. Compression runs on the thread that sends. */
  readonly level?: number;
}

/** What was agreed with one peer. Neither side keeps its window from one message to the next. */
export interface DeflateAgreement {
  /** Of the window that we may use, 9 to 15. */
  readonly windowBits: number;
  readonly threshold: number;
  readonly level: number;
}

/** The first offer of `permessage-deflate` that can be met; null where there is none. */
export function agreeOnDeflate(
  offers: readonly ExtensionOffer[],
  options: DeflateOptions,
): DeflateAgreement | null {
  for (const offer of offers) {
    if (offer.name !== "permessage-deflate") continue;
    const windowBits = acceptedWindow(offer);
    if (windowBits !== null)
      return { windowBits, threshold: options.threshold ?? 1024, level: options.level ?? 3 };
  }
  return null;
}

/**
 * The answer to the offer that was met. That the client shall not keep its window may be demanded unasked (RFC 7692
 * §7.1.1.2); the size of its window does not matter to us.
 */
export function agreementField({ windowBits }: DeflateAgreement): string {
  const window = windowBits === 15 ? "" : `; server_max_window_bits=${windowBits}`;
  return `permessage-deflate; server_no_context_takeover; client_no_context_takeover${window}`;
}

/** Bits of the window that we may use; null for an offer that must be declined (RFC 7692 §7.1). */
function acceptedWindow(offer: ExtensionOffer): number | null {
  const seen = new Set<string>();
  let windowBits = 15;
  for (const [name, value] of offer.parameters) {
    if (seen.has(name) || !isParameter(name, value)) return null;
    seen.add(name);
    if (name === "server_max_window_bits") windowBits = Number(value);
  }
  // zlib has no window of 8 bits (it takes one of 9 in its place).
  return windowBits === 8 ? null : windowBits;
}

function isParameter(name: string, value: string | null): boolean {
  switch (name) {
    case "server_no_context_takeover":
    case "client_no_context_takeover":
      return value === null;
    case "client_max_window_bits":
      return value === null || isWindow(value);
    case "server_max_window_bits":
      return value !== null && isWindow(value);
    default:
      return false;
  }
}

/** RFC 7692 §7.1.2: a decimal integer from 8 to 15, without leading zeroes. */
function isWindow(value: string): boolean {
  return /^(?:[89]|1[0-5])$/.test(value);
}
