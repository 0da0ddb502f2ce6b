/** Milliseconds of each unit of `grpc-timeout` (PROTOCOL-HTTP2.md, "TimeoutUnit"). */
const units: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
};

/** The milliseconds that a caller allows, by its `grpc-timeout`; null for what is not of the form. At most eight digits. */
export function parseTimeout(text: string): number | null {
  const match = /^(\d{1,8})([HMSmun])$/.exec(text);
  if (match === null) return null;
  return Number(match[1]) * (units[match[2] ?? ""] ?? 0);
}
