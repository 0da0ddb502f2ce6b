import { Violations } from "../../plan/codec/violations.ts";
import type { WriteRow } from "../../plan/row-writer.ts";
import type { IncludableRelation, RestOperation } from "./operation.ts";

/** How an answer's rows shall be shaped: only some members, and related rows in them. */
export interface Selection {
  readonly writeRow: WriteRow;
  readonly includes: readonly IncludableRelation[];
}

/** An answer includes this many relations at most. */
const maxIncludes = 8;

/** Reads `fields` and `include`: names parted by commas, in repeated parameters or one. */
export function readSelection(
  fields: string | string[] | undefined,
  include: string | string[] | undefined,
  operation: RestOperation,
): Selection {
  const violations = new Violations();
  const includes = names(include).flatMap((name) => findRelation(name, operation, violations));
  if (includes.length > maxIncludes)
    violations.add("include", "maxItems", `must name at most ${maxIncludes} relations`, "Include fewer");
  const writeRow = readFields(fields, operation, violations);
  if (violations.any) throw violations.toError();
  return { writeRow, includes };
}

function readFields(
  fields: string | string[] | undefined,
  { contract }: RestOperation,
  violations: Violations,
): WriteRow {
  const view = contract.outputView;
  if (view === null) throw new TypeError("Only rows have fields to choose from");
  if (fields === undefined) return view.writer.write;
  const known = new Map(
    view.members.filter(({ field }) => !field.writeOnly).map((member) => [member.wire, member.key]),
  );
  const keys = new Set<string>();
  for (const name of names(fields)) {
    const key = known.get(name);
    if (key !== undefined) keys.add(key);
    else
      violations.add(
        "fields",
        "unknownField",
        `"${name.slice(0, 64)}" is not known here`,
        `Choose from ${[...known.keys()].join(", ")}`,
      );
  }
  if (keys.size === 0)
    violations.add("fields", "required", "must name a field", `Choose from ${[...known.keys()].join(", ")}`);
  return view.writer.select(keys);
}

function findRelation(
  name: string,
  { includable }: RestOperation,
  violations: Violations,
): readonly IncludableRelation[] {
  const found = includable.get(name);
  if (found !== undefined) return [found];
  const known = [...includable.keys()].join(", ");
  const mend = known === "" ? "Leave it out: there is nothing to include" : `Choose from ${known}`;
  violations.add("include", "unknownRelation", `"${name.slice(0, 64)}" cannot be included`, mend);
  return [];
}

function names(stated: string | string[] | undefined): readonly string[] {
  if (stated === undefined) return [];
  const all = (typeof stated === "string" ? [stated] : stated).flatMap((each) => each.split(","));
  return [...new Set(all.map((name) => name.trim()).filter((name) => name !== ""))];
}
