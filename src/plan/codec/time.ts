import { type Codec, OutputMismatch, type Read } from "./codec.ts";
import { plainText, writeText } from "./text.ts";

/** Instants: `Date` for handlers, RFC 3339 in text. Digits beyond the millisecond are dropped. */
export function timestampCodec(): Codec {
  const check: Read = (value, path, violations) => {
    if (value instanceof Date && isInRange(value)) return value;
    violations.add(
      path,
      "format",
      "must be a timestamp of RFC 3339",
      "Send one such as 2026-01-31T12:00:00Z",
    );
    return value;
  };
  const fromText: Read = (value, path, violations) =>
    check(typeof value === "string" ? parseTimestamp(value) : value, path, violations);
  return {
    fromJson: fromText,
    fromText,
    check,
    write: (value, names) => `${names.bind("timestamp", writeTimestamp)}(${value})`,
    toJson: (value, names) => `${names.bind("timestamp", timestampText)}(${value})`,
  };
}

/** Calendar days as `YYYY-MM-DD`. */
export function dateCodec(): Codec {
  const read: Read = (value, path, violations) => {
    if (typeof value !== "string" || !isDay(value)) {
      violations.add(path, "format", "must be a date", "Send one as YYYY-MM-DD, such as 2026-01-31");
    }
    return value;
  };
  return { fromJson: read, fromText: read, check: read, write: writeText, toJson: plainText };
}

const rfc3339 = /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

function parseTimestamp(text: string): Date | null {
  const parts = rfc3339.exec(text);
  if (parts === null) return null;
  const [, day = "", hour = "", minute = "", second = "", fraction = "", zone = ""] = parts;
  if (!isDay(day) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59 || !isZone(zone))
    return null;
  const date = new Date(`${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${zone.toUpperCase()}`);
  return isInRange(date) ? date : null;
}

function isZone(zone: string): boolean {
  return zone.length === 1 || (Number(zone.slice(1, 3)) <= 23 && Number(zone.slice(4)) <= 59);
}

/** The years that RFC 3339 can state. */
function isInRange(date: Date): boolean {
  const time = date.getTime();
  return time >= -62167219200000 && time <= 253402300799999;
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  // A day that the month does not have is carried over to the next one.
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function timestampText(value: unknown): string {
  if (!(value instanceof Date) || !isInRange(value)) throw new OutputMismatch("a Date", value);
  return value.toISOString();
}

function writeTimestamp(value: unknown): string {
  return `"${timestampText(value)}"`;
}
