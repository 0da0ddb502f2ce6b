import { frameworkError } from "../../errors/codes.ts";
import type { OrderTerm } from "../../schema/condition.ts";
import type { Member } from "../codec/member.ts";

/** An order has this many terms at most. */
export const maxOrderTerms = 8;

/** Parses an order (AIP-132): `title, publishedAt desc`. Throws INVALID_INPUT. */
export function parseOrder(order: string, fields: ReadonlyMap<string, Member>): readonly OrderTerm[] {
  if (order.trim() === "") return [];
  const terms = order.split(",");
  if (terms.length > maxOrderTerms) throw orderError(`has more than ${maxOrderTerms} terms`, "Use fewer");
  const parsed = terms.map((term) => parseTerm(term.trim(), fields));
  if (new Set(parsed.map(({ key }) => key)).size < parsed.length)
    throw orderError("has a field twice", "Use each field once");
  return parsed;
}

function parseTerm(term: string, fields: ReadonlyMap<string, Member>): OrderTerm {
  const [name = "", direction = "asc", ...rest] = term.split(/\s+/);
  const member = fields.get(name);
  if (member === undefined)
    throw orderError(
      `"${name.slice(0, 64)}" is no field to order by`,
      `Use ${[...fields.keys()].join(", ")}`,
    );
  if (rest.length > 0 || (direction !== "asc" && direction !== "desc")) {
    throw orderError(`"${direction.slice(0, 64)}" is no direction`, "Use asc or desc");
  }
  return { key: member.key, descending: direction === "desc" };
}

function orderError(message: string, mend: string): Error {
  return frameworkError("INVALID_INPUT", `orderBy: ${message}`, {
    violations: [{ path: "orderBy", rule: "order", message, mend }],
  });
}
