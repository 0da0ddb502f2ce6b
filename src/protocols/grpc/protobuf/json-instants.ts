import { OutputMismatch } from "../../../plan/codec/codec.ts";
import type { JsonCodec } from "./json-codec.ts";

const FORM = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;
const MINUTE_MS = 60_000;
const FIRST_MS = -62_135_596_800_000;
const LAST_MS = 253_402_300_799_999;
const WHAT = "a timestamp of RFC 3339 of the years 1 to 9999";

/** `google.protobuf.Timestamp`: RFC 3339; what is finer than a millisecond is cut off, as in the binary format. */
export const timestampJson: JsonCodec = {
  toJson(value) {
    const ms = value instanceof Date ? value.getTime() : Number.NaN;
    if (!(ms >= FIRST_MS && ms <= LAST_MS)) throw new OutputMismatch("a Date of the years 1 to 9999", value);
    return `"${new Date(ms).toISOString().replace(".000Z", "Z")}"`;
  },
  fromJson(json, place) {
    const ms = typeof json === "string" ? parseTimestamp(json) : null;
    if (ms === null || ms < FIRST_MS || ms > LAST_MS) throw place.expected(WHAT);
    return new Date(ms);
  },
};

function parseTimestamp(text: string): number | null {
  const [, local = "", fraction = "", sign = "+", hours = "0", minutes = "0"] = FORM.exec(text) ?? [];
  const seconds = Date.parse(`${local}Z`);
  // Date.parse takes the 30th of February for a day of March.
  if (Number.isNaN(seconds) || !new Date(seconds).toISOString().startsWith(local)) return null;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  const offset = (Number(hours) * 60 + Number(minutes)) * MINUTE_MS;
  return seconds + Number(fraction.padEnd(3, "0").slice(0, 3)) - (sign === "-" ? -offset : offset);
}

const NANOS_A_SECOND = 1_000_000_000n;
const MAX_NANOS = 315_576_000_000n * NANOS_A_SECOND;

/** `google.protobuf.Duration`: seconds with a fraction of 0, 3, 6 or 9 digits, and an `s`. */
export const durationJson: JsonCodec = {
  toJson(value) {
    if (typeof value !== "bigint" || value > MAX_NANOS || value < -MAX_NANOS)
      throw new OutputMismatch("a bigint of nanoseconds, less than 10,000 years", value);
    const size = value < 0n ? -value : value;
    const nanos = String(size % NANOS_A_SECOND).padStart(9, "0");
    const fraction = nanos.replace(/(?:000){1,3}$/, "");
    return `"${value < 0n ? "-" : ""}${size / NANOS_A_SECOND}${fraction === "" ? "" : `.${fraction}`}s"`;
  },
  fromJson(json, place) {
    const match = typeof json === "string" ? /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/.exec(json) : null;
    if (match === null) throw place.expected("a duration in seconds, such as 1.5s");
    const [, sign, seconds = "0", fraction = ""] = match;
    const size = BigInt(seconds) * NANOS_A_SECOND + BigInt(fraction.padEnd(9, "0"));
    if (size > MAX_NANOS) throw place.expected("a duration of less than 10,000 years");
    return sign === "-" ? -size : size;
  },
};
