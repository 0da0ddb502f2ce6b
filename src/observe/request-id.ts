import { randomBytes } from "node:crypto";

const acceptable = /^[A-Za-z0-9._-]{1,128}$/;
// 64 random bits tell processes apart, the count tells this one's requests apart.
const prefix = `${randomBytes(8).readBigUInt64BE().toString(36)}-`;
let count = 0;

/** As it came with the request, or the number of one of this process's own, which becomes a text when somebody reads it. */
export type RequestId = string | number;

/** What the texts of this process's own ids begin with; the number follows, to the base of 36. */
export const ownPrefix: string = prefix;
export const ownBase = 36;

/** The `x-request-id` that came, where it is 1 to 128 of `A-Z a-z 0-9 . _ -`; otherwise a new one, unique among all processes. */
export function takeRequestId(incoming: string | undefined): RequestId {
  if (incoming !== undefined && acceptable.test(incoming)) return incoming;
  return count++;
}

/** The text of an id. */
export function toText(id: RequestId): string {
  return typeof id === "string" ? id : prefix + id.toString(ownBase);
}

/** The same as {@link takeRequestId}, as a text. */
export function requestId(incoming: string | undefined): string {
  return toText(takeRequestId(incoming));
}

/** A new id. Not a secret: ids of one process follow each other. */
export function newRequestId(): string {
  return toText(count++);
}
