/**
 * The fields that fourfold sends with every answer: what may be kept, what the answer depends on, and what protects browsers.
 * All servers send them, so that all do the same.
 */
export const answerFields: Readonly<Record<string, string>> = {
  "cache-control": "private, no-cache",
  vary: "accept, accept-encoding, api-version",
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
};
