import { Names, OutputMismatch } from "./codec.ts";
import type { Member } from "./member.ts";
import { type AbsentAs, objectExpression } from "./object-writer.ts";

/**
 * Compiles the writer of objects with these members. What it throws says which member does not fit, for which they are then written one by
 * one: as long as all fit, nothing is done for it.
 */
export function compileObjectWriter(
  members: readonly Member[],
  absentAs: AbsentAs,
): (value: unknown) => string {
  const names = new Names();
  const place = names.bind("place", (value: unknown, thrown: unknown) =>
    thrown instanceof OutputMismatch ? placed(members, absentAs, value, thrown) : thrown,
  );
  const written = objectExpression(members, "value", names, absentAs);
  const body = `try { return ${written}; } catch (thrown) { throw ${place}(value, thrown); }`;
  return names.compile(["value"], body) as (value: unknown) => string;
}

function placed(
  members: readonly Member[],
  absentAs: AbsentAs,
  value: unknown,
  thrown: OutputMismatch,
): unknown {
  for (const member of members) {
    const names = new Names();
    const body = `return ${objectExpression([member], "value", names, absentAs)}`;
    const found = mismatchOf(names.compile(["value"], body) as (value: unknown) => string, value);
    if (found !== null) return found.within(member.key);
  }
  return thrown;
}

/** Says which item of a list does not fit. */
export function placedInList(
  write: (item: unknown) => string,
  items: readonly unknown[],
  thrown: unknown,
): unknown {
  if (!(thrown instanceof OutputMismatch)) return thrown;
  for (const [index, item] of items.entries()) {
    const found = mismatchOf(write, item);
    if (found !== null) return found.within(index);
  }
  return thrown;
}

function mismatchOf(write: (value: unknown) => string, value: unknown): OutputMismatch | null {
  try {
    write(value);
  } catch (thrown) {
    if (thrown instanceof OutputMismatch) return thrown;
  }
  return null;
}
