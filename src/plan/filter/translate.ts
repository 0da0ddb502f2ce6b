import type { Member } from "../codec/member.ts";
import { tokenize } from "./tokens.ts";

/** Puts a filter that an older version's names are in into today's names, which handlers know. */
export function translateFilter(filter: string, fields: ReadonlyMap<string, Member>): string {
  let text = "";
  let copied = 0;
  const tokens = tokenize(filter);
  for (const [index, token] of tokens.entries()) {
    // A name is a field just where a comparator follows.
    if (token.kind !== "name" || tokens[index + 1]?.kind !== "comparator") continue;
    const sign = token.value.startsWith("-") ? "-" : "";
    const member = fields.get(token.value.slice(sign.length));
    if (member === undefined) continue;
    text += filter.slice(copied, token.start) + sign + member.key;
    copied = token.end;
  }
  return text + filter.slice(copied);
}

/** The same for an order. */
export function translateOrder(order: string, fields: ReadonlyMap<string, Member>): string {
  return order
    .split(",")
    .map((term) => term.trim().replace(/^\S+/, (name) => fields.get(name)?.key ?? name))
    .join(", ");
}
