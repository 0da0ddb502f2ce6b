import type { VersionOptions } from "../../define/version.ts";
import { shown } from "./form.ts";
import type { Place } from "./place.ts";

/** Checks when a version is deprecated and ends, and where to read about it: all become header fields. */
export function checkVersionDates({ deprecated, sunset, link }: VersionOptions, place: Place): void {
  const from = checkDate(deprecated, "deprecated", place);
  const until = checkDate(sunset, "sunset", place);
  // RFC 9745 §4: the sunset must not be earlier than the deprecation.
  if (from !== null && until !== null && until < from)
    place.tell(
      `ends (${shown(sunset)}) before it is deprecated (${shown(deprecated)})`,
      "Change one of the dates",
    );
  if (link !== undefined && !isLink(link))
    place.tell(`has the link ${shown(link)}`, "Write an absolute http or https URL");
}

function checkDate(date: unknown, name: string, place: Place): number | null {
  if (date === undefined) return null;
  if (typeof date === "string" && isDate(date)) return Date.parse(date);
  place.tell(`has the ${name} ${shown(date)}, which is no date`, "Write 2026-11-01, or 2026-11-01T12:00:00Z");
  return null;
}

function isDate(text: string): boolean {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.exec(
    text,
  );
  if (parts === null || Number.isNaN(Date.parse(text))) return false;
  // A day that the month does not have is carried over to the next one.
  return new Date(`${parts[1]}T00:00:00Z`).toISOString().startsWith(parts[1] ?? "");
}

function isLink(link: unknown): boolean {
  return typeof link === "string" && /^https?:\/\/[^\s<>"]+$/.test(link) && URL.canParse(link);
}
