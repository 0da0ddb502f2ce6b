import type { Violation } from "../../../errors/api-error.ts";
import { type Members, unknownMembers, when } from "./violation.ts";

/** What a request may say of itself, in `meta`. */
export const metaNames: readonly string[] = [
  "traceparent",
  "tracestate",
  "idempotencyKey",
  "repeated",
  "timeout",
];

/** The content of `Idempotency-Key`. */
export const idempotencyKeyForm = "^[ !#-~]{1,255}$";
const idempotencyKeyPattern = new RegExp(idempotencyKeyForm);

/** What a timer of Node takes at most, in milliseconds. */
export const longestTimeout: number = 2 ** 31 - 1;

/**
 * What is wrong with a `meta`. What is misspelt is refused and not ignored: a call whose key or timeout nobody reads would not be what
 * its caller takes it for. Text that is no `traceparent` is as good as none (W3C Trace Context §4.3).
 */
export function metaViolations(meta: Members): readonly Violation[] {
  const { traceparent, tracestate, idempotencyKey, repeated, timeout } = meta;
  return [
    ...unknownMembers(meta, metaNames, "meta."),
    ...text("traceparent", traceparent),
    ...text("tracestate", tracestate),
    ...when(
      idempotencyKey !== undefined && !isKey(idempotencyKey),
      "meta.idempotencyKey",
      "pattern",
      "must be text of 1 to 255 printable characters of ASCII, without quotation marks",
      "Send a fresh key, such as a UUID, and the same one when you repeat the call",
    ),
    ...when(
      repeated !== undefined && typeof repeated !== "boolean",
      "meta.repeated",
      "type",
      "must be true or false",
      "Send true with a call that was sent before",
    ),
    ...when(
      timeout !== undefined && !isTimeout(timeout),
      "meta.timeout",
      "type",
      `must be a number of milliseconds, over 0 and at most ${longestTimeout}`,
      "Send 2500 for two and a half seconds, or leave it out",
    ),
  ];
}

function text(name: string, value: unknown): readonly Violation[] {
  const isWrong = value !== undefined && typeof value !== "string";
  return when(isWrong, `meta.${name}`, "type", "must be a string", "Send it as W3C Trace Context has it");
}

function isKey(value: unknown): boolean {
  return typeof value === "string" && idempotencyKeyPattern.test(value);
}

function isTimeout(value: unknown): boolean {
  return typeof value === "number" && value > 0 && value <= longestTimeout;
}
