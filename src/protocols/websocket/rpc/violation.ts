import type { ApiError, Violation } from "../../../errors/api-error.ts";
import { frameworkError } from "../../../errors/codes.ts";

export type Members = Readonly<Record<string, unknown>>;

export function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The violation of a rule, in a list; none where `isBroken` is false. */
export function when(
  isBroken: boolean,
  path: string,
  rule: string,
  message: string,
  mend: string,
): readonly Violation[] {
  return isBroken ? [{ path, rule, message, mend }] : [];
}

/** So many unknown members are told of. */
const unknownMax = 10;

/** Members with other names than these. `path`: what stands before each name. */
export function unknownMembers(
  members: Members,
  known: readonly string[],
  path: string,
): readonly Violation[] {
  return Object.keys(members)
    .filter((name) => !known.includes(name))
    .slice(0, unknownMax)
    .map((name) => ({
      path: path + name.slice(0, 64),
      rule: "unknownField",
      message: "is not known here",
      mend: `Known are ${known.join(", ")}`,
    }));
}

/** No request of JSON-RPC 2.0. */
export function malformed(violations: readonly Violation[]): ApiError {
  return frameworkError("MALFORMED_REQUEST", messageOf(violations), { violations });
}

/** A request whose input breaks the contract. */
export function invalid(violations: readonly Violation[]): ApiError {
  return frameworkError("INVALID_INPUT", messageOf(violations), { violations });
}

function messageOf([first, ...more]: readonly Violation[]): string {
  const where = first === undefined || first.path === "" ? "" : `${first.path}: `;
  return `${where}${first?.message ?? "invalid"}${more.length === 0 ? "" : ` (and ${more.length} more)`}`;
}
