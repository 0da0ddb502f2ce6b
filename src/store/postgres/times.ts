/** A moment as PostgreSQL reads it. */
export function toTimestampText(date: Date): string {
  return withEra(date.toISOString());
}

/** A day, `YYYY-MM-DD`, as PostgreSQL reads it. */
export function toDateText(day: string): string {
  return withEra(day);
}

/** A moment as PostgreSQL writes it under `DateStyle` ISO, `2026-01-31 12:00:00.5+00`, or in JSON, with `T`. */
export function fromTimestampText(text: string): Date {
  // The common case first: four digits of a year, and the time zone that is UTC.
  if (text.length <= 26 && text.endsWith("+00"))
    return new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`);
  const parts = written.exec(text);
  if (parts === null) throw new Error(`A timestamp is not in ISO style: ${text}`);
  const [, day = "", time = "", sign = "", hours = "0", minutes = "0", seconds = "0", era = ""] = parts;
  const offset = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds);
  const local = Date.parse(`${fromDateText(`${day}${era}`)}T${time}Z`);
  return new Date(local - (sign === "-" ? -offset : offset) * 1000);
}

/** A day as PostgreSQL writes it. */
export function fromDateText(text: string): string {
  // Before the year 1 comes the year 0 (ISO 8601), which PostgreSQL calls 1 BC.
  return text.endsWith(" BC") ? text.slice(0, -3).replace("0001-", "0000-") : text;
}

const written =
  /^(\d{4,6}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/;

function withEra(text: string): string {
  return text.startsWith("0000-") ? `0001-${text.slice(5)} BC` : text;
}
