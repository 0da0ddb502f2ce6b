import { randomBytes } from "node:crypto";

const acceptable = /^[A-Za-z0-9._-]{1,128}$/;
// 64 random bits tell processes apart, the count tells this one's requests apart.
const prefix = randomBytes(8).readBigUInt64BE().toString(36);
let count = 0;

/** The `x-request-id` that came, where it is 1 to 128 of `A-Z a-z 0-9 . _ -`; otherwise a new one, unique among all processes. */
export function requestId(incoming: string | undefined): string {
  if (incoming !== undefined && acceptable.test(incoming)) return incoming;
  return newRequestId();
}

/** A new id. Not a secret: ids of one process follow each other. */
export function newRequestId(): string {
  return `${prefix}-${(count++).toString(36)}`;
}
