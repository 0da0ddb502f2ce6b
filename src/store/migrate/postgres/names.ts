import { createHash } from "node:crypto";

/** PostgreSQL cuts longer names off, in bytes (NAMEDATALEN, 64 with the zero at the end). */
const longest = 63;

/**
 * The name that the index, the key and the foreign key of a column have in common: they live in different places, and whoever is
 * told of one that was violated finds its column. With a point, as in SQLite: `a_b` of `c` and `b` of `a_c` are two.
 */
export function constraintName(table: string, column: string): string {
  return fitted(`${table}.${column}`);
}

/** The name of what stands by a column's own only for the length of a migration. */
export function passingName(table: string, column: string, what: "required" | "new"): string {
  return fitted(`${table}.${column}.${what}`);
}

function fitted(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= longest) return name;
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  return `${bytes.subarray(0, longest - 9).toString("latin1")}~${digest}`;
}
