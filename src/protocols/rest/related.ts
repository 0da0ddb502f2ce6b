import type { Call } from "../../invoke/call.ts";
import { firstRelated, type ManyRelation, type OneRelation } from "../../invoke/related/relation.ts";
import type { Row } from "../../invoke/reveal.ts";
import type { IncludableRelation, RestOperation } from "./operation.ts";
import type { Selection } from "./selection.ts";

/** A row refers to this many rows at most in one answer; the rest is a page away. */
const relatedMax = 100;

/** Rows with those that they are related to in them: `{"id":...,"posts":[...]}`. */
export async function writeWithRelated(
  operation: RestOperation,
  call: Call,
  value: unknown,
  selection: Selection,
): Promise<string> {
  const { contract } = operation;
  const rows =
    contract.plan.output === "row" ? [value as Row] : (value as { readonly items: readonly Row[] }).items;
  // All are asked for before one is waited for: reads of one resource are one.
  const members = await Promise.all(selection.includes.map((include) => relatedMembers(include, call, rows)));
  let next = 0;
  const writeRow = (row: unknown): string => {
    const position = next++;
    const written = members.map((each) => each[position]).join(",");
    return `${selection.writeRow(row).slice(0, -1)},${written}}`;
  };
  return contract.plan.output === "row" ? writeRow(value) : contract.writeList(value, writeRow);
}

/** The member with related rows, for each row. */
function relatedMembers(
  include: IncludableRelation,
  call: Call,
  rows: readonly Row[],
): Promise<readonly string[]> {
  const { relation } = include;
  return relation.many
    ? manyMembers(include, relation, call, rows)
    : oneMembers(include, relation, call, rows);
}

async function oneMembers(
  { name, view }: IncludableRelation,
  relation: OneRelation,
  call: Call,
  rows: readonly Row[],
): Promise<readonly string[]> {
  const key = JSON.stringify(name);
  const found = await relation.load(call, rows);
  return found.map((row) => `${key}:${row === null ? "null" : view.writer.write(row)}`);
}

async function manyMembers(
  { name, view }: IncludableRelation,
  relation: ManyRelation,
  call: Call,
  rows: readonly Row[],
): Promise<readonly string[]> {
  const key = JSON.stringify(name);
  const nextKey = JSON.stringify(`${name}NextPageToken`);
  const found = await relation.load(call, rows, firstRelated(relatedMax));
  return found.map(({ items, hasMore }, index) => {
    const written = `${key}:[${items.map((row) => view.writer.write(row)).join(",")}]`;
    const last = items.at(-1);
    if (!hasMore || last === undefined || relation.tokens === null) return written;
    const token = relation.tokens.encode(last, [], `${relation.key} = "${rows[index]?.["id"]}"`);
    return `${written},${nextKey}:${JSON.stringify(token)}`;
  });
}
